import type { NextAuthOptions } from "next-auth";
import type { Adapter, AdapterUser } from "next-auth/adapters";
import type { OAuthConfig } from "next-auth/providers/oauth";
import { env, type OidcSettings } from "../env";
import { NEXT_AUTH_COOKIES } from "./cookie";
import { PROVIDER_ID } from "./next-auth";
import { newToken } from "./sessions";

/** A request to the provider that says nothing for so long has failed. */
const PROVIDER_TIMEOUT_MS = 5_000;

type Claims = Record<string, unknown> & { sub: string };

/** What a sign-in does with the one that the provider vouches for. */
export type SignInHooks = {
  /** Decides about the validated claims; false ends the sign-in. */
  admit: (claims: unknown) => Promise<boolean>;
  /** The person that was admitted. */
  admitted: () => { id: string } | null;
  startSession: (token: string, personId: string) => Promise<Date>;
  failed: (error: unknown) => void;
};

/** next-auth does the protocol: code, PKCE, state, nonce, ID token. Who somebody is here is decided by `hooks`. */
export function authOptions(oidc: OidcSettings, hooks: SignInHooks): NextAuthOptions {
  return {
    adapter: signInAdapter(hooks),
    secret: env.secret,
    session: { strategy: "database", maxAge: env.sessionSeconds, generateSessionToken: newToken },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    cookies: NEXT_AUTH_COOKIES,
    providers: [provider(oidc)],
    callbacks: { signIn: ({ profile }) => hooks.admit(profile) },
    logger: {
      error: (_code, told) => hooks.failed(told instanceof Error ? told : told.error),
      warn: () => {},
    },
  };
}

function provider(oidc: OidcSettings): OAuthConfig<Claims> {
  return {
    id: PROVIDER_ID,
    name: oidc.name,
    type: "oauth",
    wellKnown: `${oidc.issuer}/.well-known/openid-configuration`,
    authorization: { params: { scope: oidc.scopes } },
    checks: ["pkce", "state", "nonce"],
    idToken: true,
    clientId: oidc.clientId,
    ...(oidc.clientSecret === undefined ? {} : { clientSecret: oidc.clientSecret }),
    client: { token_endpoint_auth_method: oidc.clientSecret === undefined ? "none" : "client_secret_basic" },
    httpOptions: { timeout: PROVIDER_TIMEOUT_MS },
    userinfo: {
      /** Some providers put little in the ID token. What it does say wins; openid-client compares the subjects. */
      async request({ tokens, client }) {
        const set = tokens as Extract<Parameters<typeof client.userinfo>[0], { claims: unknown }>;
        const said = set.claims();
        const isWhole = said.name !== undefined && said.email !== undefined && oidc.groupsClaim in said;
        if (isWhole || !tokens.access_token || !client.issuer.metadata.userinfo_endpoint) return said;
        return { ...(await client.userinfo(set)), ...said };
      },
    },
    profile: (claims) => ({ id: claims.sub, name: null, email: null }),
  };
}

/** next-auth asks for the person of an account and starts a session; everything else is decided before it asks. */
function signInAdapter(hooks: SignInHooks): Adapter {
  const asUser = (id: string): AdapterUser => ({ id, email: "", emailVerified: null });
  return {
    getUserByAccount: () => {
      const person = hooks.admitted();
      return person ? asUser(person.id) : null;
    },
    async createSession({ sessionToken, userId }) {
      return { sessionToken, userId, expires: await hooks.startSession(sessionToken, userId) };
    },
  };
}
