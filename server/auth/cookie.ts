import { env } from "../env";

const isHttps = env.publicUrl.startsWith("https://");

/** next-auth's session cookie under our name. The __Host- prefix needs https. */
export const SESSION_COOKIE = {
  name: isHttps ? "__Host-clearway.session" : "clearway.session",
  options: { httpOnly: true, sameSite: "lax" as const, path: "/", secure: isHttps },
};
