import type { SignInAnswer } from "./sign-in";

/** A redirect with cookies. Nothing of a sign-in is kept by anybody on the way. */
export function redirectWith({ location, cookies }: SignInAnswer): Response {
  const headers = new Headers({ location, "cache-control": "no-store" });
  for (const line of cookies) headers.append("set-cookie", line);
  return new Response(null, { status: 303, headers });
}
