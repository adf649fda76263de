import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { assertDirectory, configurationOf, MAX_PUSH_BYTES } from "@/server/git/profile";
import { spawnGit, stopGroup } from "@/server/git/run";
import { refuse } from "@/server/git-http/answer";
import { createCgiReader } from "@/server/git-http/cgi";
import type { GitTarget } from "@/server/git-http/git-path";

/** Requests served at once by this process; each may run several git programs. */
const MAX_SERVED = 16;
const TIMEOUT_MS = 15 * 60_000;
/** What a client wants to fetch, as text: far less than a push. */
const MAX_FETCH_REQUEST_BYTES = 16 * 1024 * 1024;

export type BackendRequest = {
  readonly target: GitTarget;
  readonly repositoryDirectory: string;
  /** Letters, digits, `_` and `-`; the hooks get it as $CLEARWAY_PERSON_ID. */
  readonly personId: string;
  readonly canWrite: boolean;
  /** Where a pull request is opened, ending in a query: the hook adds the branch that was pushed. */
  readonly pullRequestUrl?: string;
  readonly timeoutMs?: number;
  readonly maxBodyBytes?: number;
  /** Awaited when git is done and before the answer ends, so a client that returns finds its work done. */
  readonly beforeEnd?: () => Promise<void>;
};

let served = 0;

/**
 * Serves one smart HTTP request by `git http-backend`, streaming both ways. Resolves when git's process
 * group is gone, also after the client went away, the timeout or a body above the limit ended it.
 */
export async function runHttpBackend(
  req: IncomingMessage,
  res: ServerResponse,
  request: BackendRequest,
): Promise<void> {
  assertDirectory(request.repositoryDirectory);
  const isPush = request.target.service === "git-receive-pack";
  const maxBytes = request.maxBodyBytes ?? (isPush ? MAX_PUSH_BYTES : MAX_FETCH_REQUEST_BYTES);
  if (isPush && !request.canWrite)
    return refuse(req, res, 403, "You may read this repository, not push to it.");
  if (Number(req.headers["content-length"] ?? 0) > maxBytes) return refuse(req, res, 413, tooLarge(maxBytes));
  if (served >= MAX_SERVED) {
    return refuse(req, res, 503, "Too many git requests run at once. Try again in a moment.", {
      "Retry-After": "5",
    });
  }
  served++;
  try {
    await serve(req, res, request, maxBytes);
  } finally {
    served--;
  }
}

async function serve(
  req: IncomingMessage,
  res: ServerResponse,
  request: BackendRequest,
  maxBytes: number,
): Promise<void> {
  const child = spawnGit([...configurationOf("serve", request.repositoryDirectory), "http-backend"], {
    env: cgiEnvironment(req, request),
  });
  const { stdin, stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error("git http-backend was started without its pipes.");

  let received = 0;
  let stopped: { status: number; sentence: string } | undefined;
  const stop = (status: number, sentence: string) => {
    stopped ??= { status, sentence };
    req.unpipe(stdin);
    stdin.end();
    // What nobody reads any more must not keep git from ending.
    stdout.unpipe(res);
    stdout.resume();
    stopGroup(child);
  };
  const timer = setTimeout(
    () => stop(504, "This took too long and was stopped."),
    request.timeoutMs ?? TIMEOUT_MS,
  );
  res.on("close", () => {
    if (!res.writableFinished) stop(499, "The client went away.");
  });
  req.on("data", (chunk: Buffer) => {
    received += chunk.length;
    if (received > maxBytes) stop(413, tooLarge(maxBytes));
  });
  req.pipe(stdin);
  stderr.resume();

  const cgi = createCgiReader((head) => {
    if (stopped || res.destroyed) return;
    res.writeHead(head.status, head.headers);
    res.write(head.body);
    stdout.off("data", cgi);
    stdout.pipe(res, { end: false });
  });
  stdout.on("data", cgi);

  await new Promise<void>((resolve) => {
    child.on("error", () => resolve());
    child.on("close", () => resolve());
  });
  clearTimeout(timer);
  req.unpipe(stdin);
  await request.beforeEnd?.();
  if (stopped) return refuse(req, res, stopped.status, stopped.sentence);
  if (!res.headersSent) return refuse(req, res, 500, "git could not answer this request.");
  res.end();
}

function cgiEnvironment(req: IncomingMessage, request: BackendRequest): Record<string, string> {
  const { target, repositoryDirectory, personId } = request;
  const isAdvertisement = target.operation === "advertise";
  const given: Record<string, string | undefined> = {
    CONTENT_LENGTH: req.headers["content-length"],
    CONTENT_TYPE: req.headers["content-type"],
    HTTP_CONTENT_ENCODING: req.headers["content-encoding"],
    GIT_PROTOCOL: protocolOf(req),
    CLEARWAY_PULL_REQUEST_URL: request.pullRequestUrl,
  };
  return {
    ...Object.fromEntries(
      Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    CLEARWAY_PERSON_ID: personId,
    // Its beginning is the time, so that a spool sorted by name is in order.
    CLEARWAY_PUSH_ID: `${Date.now()}-${randomUUID()}`,
    GATEWAY_INTERFACE: "CGI/1.1",
    GIT_HTTP_EXPORT_ALL: "1",
    GIT_PROJECT_ROOT: path.dirname(repositoryDirectory),
    PATH_INFO: `/${path.basename(repositoryDirectory)}/${isAdvertisement ? "info/refs" : target.service}`,
    QUERY_STRING: isAdvertisement ? `service=${target.service}` : "",
    REMOTE_ADDR: "clearway",
    REMOTE_USER: personId,
    REQUEST_METHOD: isAdvertisement ? "GET" : "POST",
    SERVER_PROTOCOL: "HTTP/1.1",
  };
}

function protocolOf(req: IncomingMessage): string | undefined {
  const header = req.headers["git-protocol"];
  return typeof header === "string" && /^version=\d$/.test(header) ? header : undefined;
}

function tooLarge(maxBytes: number): string {
  return `A request may bring at most ${Math.round(maxBytes / 1024 / 1024)} MB: push in smaller steps.`;
}
