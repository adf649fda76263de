import type { NextAuthOptions } from "next-auth";
import { env } from "../env";
import { database } from "../runtime";
import { sessionAdapter } from "./adapter";
import { SESSION_COOKIE } from "./cookie";
import { SESSION_IDLE_SECONDS } from "./sessions";

/** Database sessions, revocable at the next request. People of a demonstration are picked, not authenticated: no provider. */
export function authOptions(): NextAuthOptions {
  return {
    adapter: sessionAdapter(database()),
    secret: env.secret,
    session: { strategy: "database", maxAge: SESSION_IDLE_SECONDS, updateAge: 300 },
    pages: { signIn: "/sign-in", signOut: "/sign-in" },
    cookies: { sessionToken: SESSION_COOKIE },
    providers: [],
  };
}
