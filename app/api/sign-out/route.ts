import { cookies } from "next/headers";
import { NextResponse } from "next/server";
import { SESSION_COOKIE } from "@/server/auth/cookie";
import { isSameOrigin } from "@/server/auth/same-origin";
import { endSession } from "@/server/auth/sessions";
import { env } from "@/server/env";
import { database } from "@/server/runtime";

/** Ends the session here and now: the row is deleted, so a copy of the cookie is worth nothing either. */
export async function POST(request: Request): Promise<Response> {
  if (!isSameOrigin(request.headers))
    return new Response("Sign out from Clearway's own page.\n", { status: 403 });
  const token = (await cookies()).get(SESSION_COOKIE.name)?.value;
  if (token) await endSession(database(), token);
  const answer = new NextResponse(null, {
    status: 303,
    headers: { location: env.oidc ? "/sign-in?out=1" : "/sign-in", "cache-control": "no-store" },
  });
  answer.cookies.set(SESSION_COOKIE.name, "", { ...SESSION_COOKIE.options, maxAge: 0 });
  return answer;
}
