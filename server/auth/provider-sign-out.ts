import { z } from "zod";
import { env } from "../env";

const Discovery = z.object({ end_session_endpoint: z.url({ protocol: /^https?$/ }).optional() });

/** The provider's address for signing out there, or our page that says that there is none. */
export async function providerSignOut(): Promise<string> {
  const endpoint = env.oidc && (await readEndpoint(env.oidc.issuer).catch(() => undefined));
  if (!env.oidc || !endpoint) return "/sign-in?problem=noProviderSignOut";
  const address = new URL(endpoint);
  address.searchParams.set("client_id", env.oidc.clientId);
  address.searchParams.set("post_logout_redirect_uri", `${env.publicUrl}/sign-in`);
  return address.href;
}

async function readEndpoint(issuer: string): Promise<string | undefined> {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(5_000),
    redirect: "error",
  });
  return answer.ok ? Discovery.parse(await answer.json()).end_session_endpoint : undefined;
}
