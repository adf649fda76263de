import http, { type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { warmUp } from "@/db/client";
import { readActor } from "@/server/auth/sessions";
import { env } from "@/server/env";
import { reserveConnection } from "@/server/health/connection";
import { readHealth } from "@/server/health/queries";
import { contextFor, database } from "@/server/runtime";
import { answerTrpc } from "@/server/trpc/answer";
import { asTrpcError, newRequestId, type TrpcContext } from "@/server/trpc/init";

/**
 * A web process without its pages: the API and the health address, on the real router, context and pool, in a process
 * that fault tests can kill. The session's token comes in `authorization` instead of a cookie.
 */
async function contextOf(request: IncomingMessage): Promise<TrpcContext> {
  const token = request.headers.authorization?.replace(/^Bearer /, "");
  const actor = await readActor(database(), token).catch((error: unknown) => {
    throw asTrpcError(error) ?? error;
  });
  return { ...contextFor(actor), requestId: newRequestId() };
}

/** Told to: then every connection but the reserved one is still to be opened. */
const isCold = process.argv.includes("cold");
const { pool: reserved, known } = reserveConnection(env.databaseUrl);

async function answer(request: IncomingMessage, signal: AbortSignal): Promise<Response> {
  const url = `http://desk${request.url ?? "/"}`;
  if (request.url === "/api/health") {
    const health = await readHealth(reserved, "desk");
    return Response.json(health, { status: health.database === "ok" ? 200 : 503 });
  }
  const body = await new Promise<string>((resolve) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    request.on("end", () => resolve(text));
  });
  const headers = Object.entries(request.headers).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  const method = request.method ?? "GET";
  const asked = new Request(url, {
    signal,
    method,
    headers,
    ...(method === "POST" ? { body } : {}),
  });
  return answerTrpc(asked, () => contextOf(request));
}

const server = http.createServer(async (request, response) => {
  const leaves = new AbortController();
  response.once("close", () => leaves.abort());
  const answered = await answer(request, leaves.signal);
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  if (!answered.body) return response.end();
  const body = Readable.fromWeb(answered.body as ReadableStream);
  await pipeline(body, response).catch(() => undefined);
});
// Whoever asks again after a pause must not meet a connection that is just being closed.
server.keepAliveTimeout = 120_000;
await Promise.all([known, isCold ? null : warmUp(database().$client)]);
server.listen(env.port, "127.0.0.1", () => {
  const address = server.address();
  console.info(`desk at ${typeof address === "object" ? address?.port : ""}`);
});
process.on("SIGTERM", () => process.exit(0));
