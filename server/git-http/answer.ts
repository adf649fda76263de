import type { IncomingMessage, ServerResponse } from "node:http";

/** A refusal that a git client prints as `remote: …`. The connection ends: its body is not read. */
export function refuse(
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  sentence: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (res.headersSent || res.destroyed) {
    res.destroy();
    return;
  }
  res.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
    ...(req.method === "GET" ? {} : { Connection: "close" }),
    ...headers,
  });
  res.end(`${sentence}\n`);
}
