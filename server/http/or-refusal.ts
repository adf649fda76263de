import { randomUUID } from "node:crypto";
import { asRefusal } from "@/db/refusals";
import { DomainError, REFUSALS } from "@/domain/errors";

/** When it makes sense to ask again while the database is away or has no connection left. */
const RETRY_AFTER_SECONDS = "2";

/**
 * Runs what a route handler does. A refusal is answered by its status and sentence, 503 while the database is away;
 * whatever else went wrong is logged and answered by a neutral sentence with the reference of the log line.
 */
export async function orRefusal(request: Request, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    const refusal = asRefusal(error);
    const status = refusal instanceof DomainError ? REFUSALS[refusal.code] : 500;
    if (refusal instanceof DomainError && status !== 500) return inWords(refusal.message, status);
    return inWords(`Something went wrong on our side. Reference ${logged(request, error)}.`, 500);
  }
}

function inWords(sentence: string, status: number): Response {
  return new Response(`${sentence}\n`, {
    status,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      ...(status === 503 ? { "retry-after": RETRY_AFTER_SECONDS } : {}),
    },
  });
}

function logged(request: Request, error: unknown): string {
  const requestId = randomUUID();
  const { pathname: path } = new URL(request.url);
  const stack = error instanceof Error ? error.stack : undefined;
  console.error(JSON.stringify({ level: "error", requestId, path, error: String(error), stack }));
  return requestId.slice(0, 8);
}
