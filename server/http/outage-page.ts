import type { IncomingMessage, ServerResponse } from "node:http";

const RETRY_SECONDS = 2;

/** Without a script, so that it needs nothing of ours: the browser asks again by itself. */
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${RETRY_SECONDS}">
<title>The database cannot be reached · Clearway</title>
<style>
:root { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; }
body { margin: 24vh auto 0; max-width: 28rem; padding: 0 1rem; text-align: center; }
h1 { font-size: 1rem; font-weight: 500; margin: 0 0 .25rem; }
p { margin: 0; opacity: .75; }
</style>
<main>
<h1>The database cannot be reached</h1>
<p>Nothing was lost. This page comes by itself as soon as the database is back.</p>
</main>
</html>
`;

/** A page that cannot be made because the database is away: said in words, with the status that means "later". */
export function answerOutage(req: IncomingMessage, res: ServerResponse): void {
  res.writeHead(503, {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Length": Buffer.byteLength(PAGE),
    "Cache-Control": "no-store",
    "Retry-After": String(RETRY_SECONDS),
  });
  res.end(req.method === "HEAD" ? undefined : PAGE);
}
