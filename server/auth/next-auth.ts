import { createHash, randomBytes } from "node:crypto";
import type { NextApiRequest, NextApiResponse } from "next";
import NextAuth, { type NextAuthOptions } from "next-auth";
import { NEXT_AUTH_COOKIES } from "./cookie";

export type NextAuthCall = {
  action: "signin" | "callback";
  query?: Readonly<Record<string, string>>;
  /** Where to land afterwards. */
  callbackUrl?: string;
  /** The browser's. The session is taken out: signing in never adds to, or depends on, who somebody is already. */
  cookies: Readonly<Record<string, string>>;
};

/** What next-auth answered: where the browser goes, and the cookies it is given (`Set-Cookie` lines). */
export type NextAuthAnswer = { location: string | null; cookies: string[] };

/**
 * One action of next-auth without its pages and endpoints. Its own CSRF token is made and presented here: our routes
 * have checked already where the request comes from.
 */
export async function callNextAuth(
  options: NextAuthOptions,
  { action, query = {}, callbackUrl, cookies }: NextAuthCall,
): Promise<NextAuthAnswer> {
  const { [NEXT_AUTH_COOKIES.sessionToken.name]: _session, ...others } = cookies;
  const csrfToken = randomBytes(32).toString("hex");
  const csrfHash = createHash("sha256").update(`${csrfToken}${options.secret}`).digest("hex");
  const req = {
    method: action === "signin" ? "POST" : "GET",
    query: { ...query, nextauth: [action, PROVIDER_ID] },
    body: action === "signin" ? { csrfToken, callbackUrl } : {},
    headers: {},
    cookies: { ...others, [NEXT_AUTH_COOKIES.csrfToken.name]: `${csrfToken}|${csrfHash}` },
  };
  const headers = new Map<string, string | string[]>();
  const res = {
    status: () => res,
    setHeader: (name: string, value: string | string[]) => {
      headers.set(name.toLowerCase(), value);
      return res;
    },
    getHeader: (name: string) => headers.get(name.toLowerCase()),
    json: () => undefined,
    send: () => undefined,
    end: () => undefined,
  };
  await NextAuth(options)(req as unknown as NextApiRequest, res as unknown as NextApiResponse);
  return {
    location: headers.get("location")?.toString() ?? null,
    cookies: [headers.get("set-cookie") ?? []].flat(),
  };
}

/** Part of the redirect address that a provider is told: never changes. */
export const PROVIDER_ID = "oidc";
