import { env } from "../env";

/** True for what one of our own pages sent. A request that says nothing about where it comes from is foreign. */
export function isSameOrigin(headers: Headers): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return false;
  const origin = headers.get("origin");
  if (origin === null) return site === "same-origin";
  return ownOrigins().includes(origin);
}

/** Where our pages are: the public URL, and for a demonstration every name of the loopback. */
export function ownOrigins(): string[] {
  const own = new URL(env.publicUrl).origin;
  if (!env.demonstration) return [own];
  return [own, ...["127.0.0.1", "localhost", "[::1]"].map((name) => `http://${name}:${env.port}`)];
}

/** True where the browser says that another site's page, or another name of ours, led here. */
export function isFromOutside(headers: Headers): boolean {
  const site = headers.get("sec-fetch-site");
  return site !== null && site !== "same-origin" && site !== "none";
}
