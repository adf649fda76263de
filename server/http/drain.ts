import type { Server, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export type DrainTimes = {
  /** How long health already says no while everything is still served: a proxy notices and asks elsewhere. */
  noticeMs: number;
  /** How long requests that are under way may take then. */
  finishMs: number;
};

/** Streams of live updates never end by themselves; whoever listens comes back to another process. */
export function trackStreams(server: Server): ReadonlySet<ServerResponse> {
  const streams = new Set<ServerResponse>();
  // Before whoever answers it.
  server.prependListener("request", (_req, res: ServerResponse) => {
    const writeHead = res.writeHead.bind(res);
    res.writeHead = ((...given: Parameters<typeof writeHead>) => {
      const answered = writeHead(...given);
      if (String(res.getHeader("content-type") ?? "").startsWith("text/event-stream")) streams.add(res);
      return answered;
    }) as typeof res.writeHead;
    res.once("close", () => streams.delete(res));
  });
  return streams;
}

/**
 * Ends a server without a failed request: new ones are still answered during the notice, then no connection is
 * accepted any more, streams are cut, and what is under way is finished.
 */
export async function drain(
  server: Server,
  streams: ReadonlySet<ServerResponse>,
  { noticeMs, finishMs }: DrainTimes,
): Promise<void> {
  if (noticeMs > 0) await sleep(noticeMs);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  for (const stream of streams) stream.destroy();
  const late = setTimeout(() => server.closeAllConnections(), finishMs);
  await closed;
  clearTimeout(late);
}
