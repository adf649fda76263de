import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import type { IndeterminateCause, Outcome, RefusedCode } from "@/domain/operations/outcome";
import { failpoint } from "../failpoints";

/** Where slots are installed: the base URL and the token of a slot host. */
export type SlotHostAddress = { readonly url: string; readonly token: string };

export type InstallArtifactInput = {
  readonly slotId: string;
  /** The operation's key: the same key again has no second effect. */
  readonly operationKey: string;
  /** SHA-256 of the file in hex. */
  readonly digest: string;
  readonly version: string;
  readonly schemaVersion: number;
  /** The deployment's. The host refuses it once it has obeyed a higher one in the slot: an order that was held up. */
  readonly fence: number;
  /** The key of the slot's environment. */
  readonly environment?: string;
  /** Path of the artifact. */
  readonly file: string;
  readonly timeoutMs?: number;
};

export const SlotState = z.object({
  slot: z.string(),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  version: z.string(),
  schemaVersion: z.int(),
  operation: z.string(),
  installedAt: z.iso.datetime(),
});
export type SlotState = z.infer<typeof SlotState>;

export type HealthReading = {
  readonly healthy: boolean;
  readonly httpStatus: number;
  /** The service's own words: "ok", "degraded", … */
  readonly status: string;
  readonly checks: Record<string, unknown>;
  /** What the slot says is installed; null when it does not say. */
  readonly digest: string | null;
  readonly reason: string | null;
};

const Problem = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const Health = z.object({
  status: z.string(),
  checks: z.record(z.string(), z.unknown()).default({}),
  digest: z.string().nullable().default(null),
  reason: z.string().nullable().default(null),
});

const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 256 * 1024;

/** Installs a file in a slot. Confirmed means that the host has said so; otherwise read the slot back. */
export async function installArtifact(
  host: SlotHostAddress,
  input: InstallArtifactInput,
): Promise<Outcome<SlotState>> {
  const size = await stat(input.file).then(
    (facts) => facts.size,
    () => null,
  );
  if (size === null) {
    const detail = "The artifact cannot be read from the store: nothing was sent.";
    return { kind: "indeterminate", cause: "unreachable", detail };
  }
  const reply = await call(host, `/slots/${input.slotId}`, {
    method: "PUT",
    timeoutMs: input.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    file: input.file,
    headers: {
      "Content-Length": String(size),
      "Content-Type": "application/x-tar",
      "Idempotency-Key": input.operationKey,
      "X-Clearway-Digest": `sha256:${input.digest}`,
      "X-Clearway-Version": input.version,
      "X-Clearway-Schema": String(input.schemaVersion),
      "X-Clearway-Fence": String(input.fence),
      ...(input.environment === undefined ? {} : { "X-Clearway-Environment": input.environment }),
    },
  });
  return understood(reply, SlotState);
}

/** What is installed in a slot now; null when nothing is. */
export async function readSlot(
  host: SlotHostAddress,
  slotId: string,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: { timeoutMs?: number } = {},
): Promise<Outcome<SlotState | null>> {
  const reply = await call(host, `/slots/${slotId}`, { method: "GET", timeoutMs });
  if (reply.kind === "answered" && reply.status === 404 && problemOf(reply)?.code === "nothing_installed") {
    return { kind: "confirmed", value: null };
  }
  return understood(reply, SlotState);
}

/**
 * Asks a slot for its health once. An answer, good or bad, is confirmed: 200 is healthy, anything else is not.
 * `path` is the health path of the component ("/health").
 */
export async function checkHealth(
  host: SlotHostAddress,
  slotId: string,
  { path, timeoutMs }: { path: string; timeoutMs: number },
): Promise<Outcome<HealthReading>> {
  const reply = await call(host, `/slots/${slotId}${path}`, { method: "GET", timeoutMs });
  if (reply.kind === "silent") return indeterminate(reply);
  const parsed = Health.safeParse(jsonOf(reply.body));
  if (!parsed.success && isOfAnother(reply)) {
    return {
      kind: "indeterminate",
      cause: "parse",
      detail: `The answer (${reply.status}) does not come from the service itself.`,
    };
  }
  const told = parsed.success
    ? parsed.data
    : { status: "unknown", checks: {}, digest: null, reason: problemOf(reply)?.message ?? null };
  return {
    kind: "confirmed",
    value: {
      ...told,
      healthy: reply.status === 200,
      httpStatus: reply.status,
      reason: told.reason ?? (reply.status === 200 ? null : `The health check answered ${reply.status}.`),
    },
  };
}

/** What a gateway in between says, or half an answer, is no word of the service about its health. */
function isOfAnother({ status, body }: { readonly status: number; readonly body: string }): boolean {
  if (status < 200 || (status >= 300 && status < 400)) return true;
  if (status === 429 || status === 502 || status === 504) return true;
  return status === 200 && body.trimStart().startsWith("{");
}

type Reply =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly body: string;
      readonly retryAfter: number | null;
    }
  | { readonly kind: "silent"; readonly cause: IndeterminateCause; readonly detail: string };

type Call = {
  readonly method: "GET" | "PUT";
  readonly timeoutMs: number;
  readonly headers?: Record<string, string>;
  readonly file?: string;
};

const REFUSALS: Readonly<Record<number, RefusedCode>> = {
  400: "invalid",
  401: "forbidden",
  403: "forbidden",
  404: "not_found",
  405: "invalid",
  409: "conflict",
  413: "invalid",
  421: "invalid",
  422: "invalid",
};

function understood<T>(reply: Reply, schema: z.ZodType<T>): Outcome<T> {
  if (reply.kind === "silent") return indeterminate(reply);
  if (reply.status === 200) {
    const parsed = schema.safeParse(jsonOf(reply.body));
    if (parsed.success) return { kind: "confirmed", value: parsed.data };
    return {
      kind: "indeterminate",
      cause: "parse",
      detail: "The slot host's answer could not be understood.",
    };
  }
  const detail = problemOf(reply)?.message ?? `The slot host answered ${reply.status}.`;
  const code = REFUSALS[reply.status];
  if (code !== undefined) return { kind: "refused", code, detail };
  const cause = reply.status >= 500 ? "5xx" : "parse";
  return {
    kind: "indeterminate",
    cause,
    detail,
    ...(reply.retryAfter === null ? {} : { retryAfter: reply.retryAfter }),
  };
}

function indeterminate({ cause, detail }: Extract<Reply, { kind: "silent" }>): Outcome<never> {
  return { kind: "indeterminate", cause, detail };
}

function problemOf(reply: { readonly body: string }): { code: string; message: string } | null {
  const parsed = Problem.safeParse(jsonOf(reply.body));
  return parsed.success ? parsed.data.error : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function call(host: SlotHostAddress, path: string, options: Call): Promise<Reply> {
  const signal = AbortSignal.timeout(options.timeoutMs);
  const url = new URL(`${host.url}${path}`);
  const { request: begin } = url.protocol === "https:" ? https : http;
  const request = begin(url, {
    method: options.method,
    headers: { ...options.headers, Authorization: `Bearer ${host.token}` },
    signal,
    // A kept connection could be closed under a request that then looks as if it had been sent.
    agent: false,
  });
  const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once("response", resolve);
    request.once("error", reject);
  });
  try {
    const sent =
      options.file === undefined ? request.end() : pipeline(createReadStream(options.file), request);
    // The host may answer before it has read everything; its answer counts, not the broken pipe.
    const [response] = await Promise.all([answered, Promise.resolve(sent).catch(() => answered)]);
    if (options.method === "PUT") failpoint("K5");
    const retryAfter = /^\d{1,9}$/.exec(response.headers["retry-after"] ?? "")?.[0];
    return {
      kind: "answered",
      status: response.statusCode ?? 0,
      body: await bodyOf(response),
      retryAfter: retryAfter === undefined ? null : Number(retryAfter),
    };
  } catch (error) {
    return silence(error, signal.aborted, options.timeoutMs);
  } finally {
    request.destroy();
  }
}

async function bodyOf(response: http.IncomingMessage): Promise<string> {
  const blocks: Buffer[] = [];
  let size = 0;
  for await (const block of response as AsyncIterable<Buffer>) {
    size += block.length;
    if (size > MAX_ANSWER_BYTES) throw new Error("The answer is too long.");
    blocks.push(block);
  }
  return Buffer.concat(blocks).toString("utf8");
}

function silence(error: unknown, isTimeout: boolean, timeoutMs: number): Reply {
  if (isTimeout) return { kind: "silent", cause: "timeout", detail: `No answer within ${timeoutMs} ms.` };
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EHOSTUNREACH") {
    return {
      kind: "silent",
      cause: "unreachable",
      detail: "The slot host cannot be reached; it may not be running.",
    };
  }
  if (/CERT|^ERR_(TLS|SSL)|^UNABLE_TO_/.test(code)) {
    return {
      kind: "silent",
      cause: "unreachable",
      detail: "The slot host's certificate is not one that this machine trusts: nothing was sent.",
    };
  }
  return {
    kind: "silent",
    cause: "conn_reset",
    detail: "The connection ended before the slot host had answered.",
  };
}
