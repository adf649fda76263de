import { createHash, timingSafeEqual } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { type Installation, Installations } from "./installations";
import { readHealth } from "./slot-health";
import { UnusableArchive } from "./tar";

const MAX_ARTIFACT_BYTES = 512 * 1024 * 1024;

/** Read at every request, so a test can change it while the host runs. */
export type SlotHostFaults = {
  delayMs?: number;
  /** The order is answered with 500, or not at all, and nothing is installed. */
  failBeforeEffect?: "error" | "disconnect";
  /** It is installed, but whoever ordered it is not told. */
  failAfterEffect?: "error" | "disconnect";
};

export type SlotHostOptions = {
  readonly directory: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly token: string;
  readonly host?: "127.0.0.1";
  readonly faults?: SlotHostFaults;
};

export type SlotHost = { readonly url: string; readonly port: number; readonly close: () => Promise<void> };

type Answer = { readonly status: number; readonly body: unknown };

const OrderHeaders = z.object({
  "idempotency-key": z.string().min(1).max(300),
  "x-clearway-digest": z.string().regex(/^sha256:[0-9a-f]{64}$/),
  "x-clearway-version": z.string().min(1).max(100),
  "x-clearway-schema": z.string().regex(/^\d{1,7}$/),
  /** Which environment the slot is in: the service reads its configuration for it. */
  "x-clearway-environment": z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,59}$/)
    .optional(),
  /** Rises with every deployment to the slot. Senders that know none yet leave it out. */
  "x-clearway-fence": z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
});

/**
 * The demonstration's machine: one process that holds what is installed in every slot and really serves it, on
 * loopback. Installing and reading the state need the token; files and health may be read by whoever is on the
 * machine, as those of a running service would be.
 */
export async function startSlotHost(options: SlotHostOptions): Promise<SlotHost> {
  const installations = new Installations(options.directory);
  await installations.open();
  const faults = options.faults ?? {};
  // Kept idle for longer than callers keep theirs: an order must not meet a connection that is just being closed.
  const limits = { maxHeaderSize: 16_384, headersTimeout: 10_000, keepAliveTimeout: 75_000 };
  const server = http.createServer(limits, (request, response) => {
    answer(request, response, { installations, token: options.token, faults }).catch((error: unknown) => {
      if (error instanceof Disconnect) return void request.socket.destroy();
      if (response.headersSent) return void response.destroy();
      send(response, { status: 500, body: problem("failed", messageOf(error)) });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host ?? "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Host = {
  readonly installations: Installations;
  readonly token: string;
  readonly faults: SlotHostFaults;
};

class Disconnect extends Error {}

async function answer(request: IncomingMessage, response: ServerResponse, host: Host): Promise<void> {
  // Another site's page reaches loopback under its own name (DNS rebinding); it gets nothing.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? "")) {
    return send(response, {
      status: 421,
      body: problem("wrong_host", "This host answers as 127.0.0.1 only."),
    });
  }
  const url = (request.url ?? "").split("?")[0] ?? "";
  const match = /^\/slots\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/(health|files\/.+))?$/.exec(url);
  const [, slot, rest] = match ?? [];
  if (slot === undefined)
    return send(response, { status: 404, body: problem("not_found", "There is no such path.") });
  if (rest?.startsWith("files/") && request.method === "GET") {
    return sendFile(response, host.installations, slot, rest.slice("files/".length));
  }
  send(response, await answerOf(request, host, slot, rest));
}

async function answerOf(
  request: IncomingMessage,
  { installations, token, faults }: Host,
  slot: string,
  rest: string | undefined,
): Promise<Answer> {
  if (request.method === "GET" && rest === "health") {
    if (faults.delayMs !== undefined) await pause(faults.delayMs);
    return readHealth(installations, slot);
  }
  if (rest !== undefined || (request.method !== "GET" && request.method !== "PUT")) {
    return { status: 405, body: problem("method_not_allowed", "Only GET and PUT of a slot are known.") };
  }
  if (!isAuthorised(request, token)) {
    request.resume();
    return { status: 401, body: problem("unauthorised", "The token is missing or wrong.") };
  }
  if (request.method === "PUT") return install(request, installations, slot, faults);
  const installed = await installations.current(slot);
  if (installed === null)
    return { status: 404, body: problem("nothing_installed", "Nothing is installed there.") };
  return { status: 200, body: installed.state };
}

async function install(
  request: IncomingMessage,
  installations: Installations,
  slot: string,
  faults: SlotHostFaults,
): Promise<Answer> {
  const headers = OrderHeaders.safeParse(request.headers);
  if (!headers.success) {
    const names = headers.error.issues.map((issue) => issue.path.join(".")).join(", ");
    return drained(request, {
      status: 400,
      body: problem("bad_headers", `These headers are wrong: ${names}.`),
    });
  }
  const fence = headers.data["x-clearway-fence"];
  const order: Installation = {
    slot,
    digest: headers.data["x-clearway-digest"].slice("sha256:".length),
    version: headers.data["x-clearway-version"],
    schemaVersion: Number(headers.data["x-clearway-schema"]),
    operation: headers.data["idempotency-key"],
    environment: headers.data["x-clearway-environment"] ?? null,
    fence: fence === undefined ? null : Number(fence),
  };
  const namedBefore = await installations.digestOfKey(slot, order.operation);
  if (namedBefore !== null && namedBefore !== order.digest) return drained(request, keyReused());
  const applied = await installations.appliedState(slot, order.operation);
  if (applied !== null) return drained(request, { status: 200, body: applied });
  if ((await installations.overtakenBy(order)) !== null) return drained(request, staleFence());

  await misbehave(faults.delayMs, faults.failBeforeEffect);
  const archive = installations.incoming();
  try {
    const received = await receive(request, archive);
    if (received === "too_large") {
      return { status: 413, body: problem("too_large", "The artifact is larger than 512 MB.") };
    }
    if (received !== order.digest) {
      const told = `The bytes have the digest ${received.slice(0, 12)}, not ${order.digest.slice(0, 12)}.`;
      return { status: 422, body: problem("digest_mismatch", told) };
    }
    const { effect, state } = await installations.install(order, archive);
    if (effect === "key_reused") return keyReused();
    if (effect === "stale_fence") return staleFence();
    await misbehave(undefined, faults.failAfterEffect);
    return { status: 200, body: state };
  } catch (error) {
    if (error instanceof UnusableArchive)
      return { status: 422, body: problem("unusable_archive", error.message) };
    throw error;
  } finally {
    await rm(archive, { force: true });
  }
}

async function receive(request: IncomingMessage, archive: string): Promise<string> {
  const hash = createHash("sha256");
  let size = 0;
  const measure = new Transform({
    transform(block: Buffer, _encoding, done) {
      size += block.length;
      // What is too much is read to its end but not kept, so that the answer arrives.
      if (size > MAX_ARTIFACT_BYTES) return done();
      hash.update(block);
      done(null, block);
    },
  });
  await pipeline(request, measure, createWriteStream(archive, { flags: "wx" }));
  return size > MAX_ARTIFACT_BYTES ? "too_large" : hash.digest("hex");
}

async function sendFile(
  response: ServerResponse,
  installations: Installations,
  slot: string,
  encoded: string,
): Promise<void> {
  const name = decoded(encoded);
  const installed = await installations.current(slot);
  // Only names of the manifest are ever opened: what else lies on the disk cannot be asked for.
  if (name === null || !installed?.manifest || !Object.hasOwn(installed.manifest.files, name)) {
    return send(response, { status: 404, body: problem("not_found", "There is no such file installed.") });
  }
  if (!(await installations.isIntact(installed))) {
    return send(response, {
      status: 503,
      body: problem("altered", "The files are not those that were installed."),
    });
  }
  const isText = /\.(txt|html|css|js|mjs|json|md|svg|xml|yaml|csv)$/i.test(name);
  writeHead(response, 200, isText ? "text/plain; charset=utf-8" : "application/octet-stream");
  await pipeline(createReadStream(path.join(installed.directory, name)), response);
}

function send(response: ServerResponse, { status, body }: Answer): void {
  writeHead(response, status, "application/json; charset=utf-8");
  response.end(JSON.stringify(body));
}

function writeHead(response: ServerResponse, status: number, contentType: string): void {
  response.writeHead(status, {
    "Content-Type": contentType,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
  });
}

async function drained(request: IncomingMessage, answer: Answer): Promise<Answer> {
  for await (const block of request) void block;
  return answer;
}

async function misbehave(
  delayMs: number | undefined,
  failure: "error" | "disconnect" | undefined,
): Promise<void> {
  if (delayMs !== undefined) await pause(delayMs);
  if (failure === "disconnect") throw new Disconnect();
  if (failure === "error") throw new Error("A fault was asked for.");
}

function isAuthorised(request: IncomingMessage, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(request.headers.authorization ?? ""), digest(`Bearer ${token}`));
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function keyReused(): Answer {
  return { status: 409, body: problem("key_reused", "This key was used for another artifact before.") };
}

function staleFence(): Answer {
  const told = "A later deployment was installed here before this order came: nothing was changed.";
  return { status: 409, body: problem("stale_fence", told) };
}

function problem(code: string, message: string): { error: { code: string; message: string } } {
  return { error: { code, message } };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
