import http, { type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { asRefusal } from "@/db/refusals";
import { DomainError, REFUSALS } from "@/domain/errors";
import { ASSETS_PREFIX } from "./assets";
import type { Handler } from "./handler";
import { answerOutage } from "./outage-page";
import { type FrontPolicy, isGit, refusalOf } from "./refusals";
import { REQUEST_PATH_HEADER } from "./request-path";
import { type HeaderOptions, isDocument, setSecurityHeaders } from "./security-headers";

export type FrontOptions = HeaderOptions &
  FrontPolicy & {
    /** Answers what no other handler here answers: Next. */
    pages: Handler;
    /** What the build made for browsers. Absent in development, where Next makes it as it is asked for. */
    assets?: Handler | undefined;
    git: Handler;
    health: Handler;
    /** From then on no connection is kept: a proxy asks another process next time. */
    isDraining?: () => boolean;
    /** Pages are not even tried then: they could only fail. The API answers with its own refusal. */
    isDatabaseAway?: () => boolean;
    /** Next's development socket; without it every Upgrade is refused. */
    upgrade?: (req: IncomingMessage, socket: Duplex, head: Buffer) => void;
    requestTimeoutMs?: number;
  };

/**
 * Longer than proxies keep what is idle (nginx 60 s, the clouds' balancers as long): whoever closes first decides, and
 * a request that is on its way when the server closes fails.
 */
const KEEP_IDLE_MS = 75_000;

/**
 * The server in front of everything: it refuses what is never served (refusals.ts), puts the security
 * headers on every answer, serves git and health itself and hands the rest on.
 */
export function createFront(options: FrontOptions): Server {
  const limits = {
    maxHeaderSize: 16 * 1024,
    headersTimeout: 10_000,
    requestTimeout: 0,
    keepAliveTimeout: KEEP_IDLE_MS,
  };
  const server = http.createServer(limits, (req, res) => {
    setSecurityHeaders(req, res, options);
    if (options.isDraining?.()) res.setHeader("Connection", "close");
    req.headers[REQUEST_PATH_HEADER] = req.url;
    const refusal = refusalOf(req, options);
    if (refusal) return refuse(res, refusal.status, refusal.reason);
    // Only the arrival of a request is limited, so streams of answers live on; a push may take its time.
    if (!isGit(req.url ?? "")) limitArrival(req, res, options.requestTimeoutMs ?? 30_000);
    void answer(req, res, handlerFor(req, options));
  });
  server.on("connect", (_req: IncomingMessage, socket: Duplex) => endRaw(socket, "405 Method Not Allowed"));
  server.on("upgrade", (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (options.upgrade && pathOf(req).startsWith("/_next/")) options.upgrade(req, socket, head);
    else endRaw(socket, "400 Bad Request");
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === "HPE_HEADER_OVERFLOW") endRaw(socket, "431 Request Header Fields Too Large");
    else if (error.code === "HPE_INVALID_METHOD") endRaw(socket, "405 Method Not Allowed");
    else if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") endRaw(socket, "408 Request Timeout");
    else endRaw(socket, "400 Bad Request");
  });
  return server;
}

async function answer(req: IncomingMessage, res: ServerResponse, handler: Handler): Promise<void> {
  try {
    await handler(req, res);
  } catch (error) {
    const refusal = asRefusal(error);
    const isAway = refusal instanceof DomainError && REFUSALS[refusal.code] === 503;
    if (!isAway) console.error(`${req.method} ${pathOf(req)} failed:`, error);
    if (res.headersSent) res.destroy();
    else if (isAway) refuse(res, 503, refusal.message, { "Retry-After": "2" });
    else refuse(res, 500, "Something went wrong here. It has been written to the log.");
  }
}

function handlerFor(req: IncomingMessage, options: FrontOptions): Handler {
  const path = pathOf(req);
  if (path === "/api/health") return options.health;
  if (isGit(path)) return options.git;
  if (options.assets && path.startsWith(ASSETS_PREFIX)) return options.assets;
  return isDocument(path) && options.isDatabaseAway?.() ? answerOutage : options.pages;
}

function pathOf(req: IncomingMessage): string {
  return (req.url ?? "").split("?", 1)[0] ?? "";
}

function refuse(
  res: ServerResponse,
  status: number,
  reason: string,
  also: Readonly<Record<string, string>> = {},
): void {
  const headers: Record<string, string> = {
    ...also,
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
    Connection: "close",
  };
  if (status === 405) headers.Allow = "GET, HEAD, POST";
  res.writeHead(status, headers).end(`${reason}\n`);
}

function limitArrival(req: IncomingMessage, res: ServerResponse, timeoutMs: number): void {
  const timer = setTimeout(() => {
    if (req.complete) return;
    if (res.headersSent) req.destroy();
    else refuse(res, 408, "The request did not arrive in time.");
  }, timeoutMs);
  timer.unref();
  req.once("close", () => clearTimeout(timer));
}

/** For connections that have no response object: nothing of the request is echoed. */
function endRaw(socket: Duplex, status: string): void {
  if (!socket.writable) return void socket.destroy();
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\nX-Content-Type-Options: nosniff\r\n\r\n`,
  );
}
