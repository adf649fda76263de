import { env } from "../env";

const isHttps = env.publicUrl.startsWith("https://");
const options = { httpOnly: true, sameSite: "lax" as const, path: "/", secure: isHttps };

/** The __Host- prefix needs https. */
function ours(name: string) {
  return { name: `${isHttps ? "__Host-" : ""}clearway.${name}`, options };
}

/** A sign-in that is under way may take so long. */
const UNDER_WAY_SECONDS = 15 * 60;

export const SESSION_COOKIE = ours("session");

/** Set for one request only, when a sign-in fails for who somebody is: the subject, so that they can tell it. */
export const SUBJECT_COOKIE = ours("subject");

/** Set while a fresh sign-in is under way: when it was asked for, in seconds. */
export const AGAIN_COOKIE = { ...ours("again"), maxAge: UNDER_WAY_SECONDS };

/** next-auth's cookies under our names. Its own session cookie is never told to it. */
export const NEXT_AUTH_COOKIES = {
  sessionToken: SESSION_COOKIE,
  callbackUrl: ours("return"),
  csrfToken: ours("csrf"),
  state: { name: ours("state").name, options: { ...options, maxAge: UNDER_WAY_SECONDS } },
  pkceCodeVerifier: { name: ours("pkce").name, options: { ...options, maxAge: UNDER_WAY_SECONDS } },
  nonce: { name: ours("nonce").name, options: { ...options, maxAge: UNDER_WAY_SECONDS } },
};
