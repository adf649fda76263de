import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

const PERMISSIONS = ["camera", "geolocation", "microphone", "payment", "usb", "browsing-topics"]
  .map((feature) => `${feature}=()`)
  .join(", ");

const NO_DOCUMENT = "default-src 'none'; frame-ancestors 'none'; sandbox";

export type HeaderOptions = { https: boolean; dev: boolean };

/**
 * Sets the headers every answer carries. For pages it also sets the request's `content-security-policy`:
 * Next takes from there the nonce that it puts on its scripts. What a client sent there is overwritten.
 */
export function setSecurityHeaders(req: IncomingMessage, res: ServerResponse, options: HeaderOptions): void {
  res.setHeader("X-Content-Type-Options", "nosniff");
  res.setHeader("Referrer-Policy", "same-origin");
  res.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  res.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  res.setHeader("X-Frame-Options", "DENY");
  res.setHeader("Permissions-Policy", PERMISSIONS);
  if (options.https) res.setHeader("Strict-Transport-Security", "max-age=63072000; includeSubDomains");
  delete req.headers["content-security-policy-report-only"];
  if (isDocument(req.url ?? "")) {
    const policy = pagePolicy(randomBytes(16).toString("base64"), options);
    req.headers["content-security-policy"] = policy;
    res.setHeader("Content-Security-Policy", policy);
  } else {
    delete req.headers["content-security-policy"];
    res.setHeader("Content-Security-Policy", NO_DOCUMENT);
    // Answers are for whoever asked; what may be kept, Next says of its own files.
    if (!isAsset(req.url ?? "")) res.setHeader("Cache-Control", "no-store");
  }
}

function isAsset(url: string): boolean {
  return url.startsWith("/_next/");
}

/** Pages, and what else is drawn as one; not the API, git or Next's own files. */
export function isDocument(url: string): boolean {
  return !/^\/(api|git|_next)(\/|\?|$)/.test(url);
}

function pagePolicy(nonce: string, { dev }: HeaderOptions): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    `connect-src 'self'${dev ? " ws:" : ""}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join("; ");
}
