import type { IncomingMessage } from "node:http";

/** Why the front turns a request away before anything else sees it. */
export type Refusal = { status: 400 | 403 | 405 | 411 | 413 | 415; reason: string };

export type FrontPolicy = {
  /** Origins of our own pages, e.g. `https://clearway.example`. */
  readonly origins: readonly string[];
  /** When set, any other Host is refused: keeps a page with a rebound name off a server on loopback. */
  readonly hosts: readonly string[] | undefined;
};

export const MAX_BODY_BYTES = 1024 * 1024;

const VERBS = new Set(["GET", "HEAD", "POST"]);
/** Headers by which Next's parts talk among themselves; from outside they are forgeries. */
const INTERNAL_HEADER = /^(x-middleware-|x-invoke-|x-matched-path$|next-action$)/;

/** The refusal of a request by its line and headers alone, or undefined. Source: design, HTTP surface. */
export function refusalOf(req: IncomingMessage, policy: FrontPolicy): Refusal | undefined {
  const { method = "", url = "", headers } = req;
  if (!VERBS.has(method)) return { status: 405, reason: "This verb is not served here." };
  if (!url.startsWith("/") || url.startsWith("//")) return bad("The request line must hold a path only.");
  if (headers.upgrade !== undefined) return bad("Protocol upgrades are not served here.");
  for (const name of Object.keys(headers)) {
    if (INTERNAL_HEADER.test(name)) return bad(`The header ${name} is not accepted from outside.`);
  }
  if (policy.hosts && !policy.hosts.includes(headers.host ?? "")) {
    return bad("This server is not reached under that host name.");
  }
  if (method !== "POST" || isGit(url)) return undefined;
  return refusalOfPost(req, policy);
}

export function isGit(url: string): boolean {
  return url.startsWith("/git/");
}

export function isTrpc(url: string): boolean {
  return url === "/api/trpc" || url.startsWith("/api/trpc/") || url.startsWith("/api/trpc?");
}

function refusalOfPost({ url = "", headers }: IncomingMessage, policy: FrontPolicy): Refusal | undefined {
  if (headers["transfer-encoding"] !== undefined) {
    return { status: 411, reason: "Send the length of the body." };
  }
  if (Number(headers["content-length"] ?? 0) > MAX_BODY_BYTES) {
    return { status: 413, reason: "The body is larger than 1 MB." };
  }
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") return foreign();
  if (headers.origin !== undefined && !policy.origins.includes(headers.origin)) return foreign();
  if (!isTrpc(url)) return undefined;
  if (headers["x-clearway-request"] !== "1") {
    return { status: 403, reason: "The header x-clearway-request is missing." };
  }
  if (!/^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "")) {
    return { status: 415, reason: "Only application/json is accepted." };
  }
  return undefined;
}

function bad(reason: string): Refusal {
  return { status: 400, reason };
}

function foreign(): Refusal {
  return { status: 403, reason: "Requests that change something come from Clearway's own pages only." };
}
