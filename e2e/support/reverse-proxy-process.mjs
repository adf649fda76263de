// A plain reverse proxy on loopback: node reverse-proxy-process.mjs <port> <upstream port>… A process of its own, as in real life.
// In turn to whichever upstream's health address says yes, no stickiness; a request is sent again only where the first
// upstream did not even accept the connection, or closed a kept one under a GET. What nginx does with a health check.
import http from "node:http";

const LOOK_EVERY_MS = 200;
const [port, ...upstreams] = process.argv.slice(2).map(Number);
const healthy = new Set();
const agent = new http.Agent({ keepAlive: true });
let turn = 0;

async function look() {
  for (const one of upstreams) {
    if (await isHealthy(one)) healthy.add(one);
    else healthy.delete(one);
  }
  setTimeout(look, LOOK_EVERY_MS);
}

function isHealthy(upstream) {
  return new Promise((resolve) => {
    const req = http.get(
      { host: "127.0.0.1", port: upstream, path: "/api/health", agent: false, timeout: 3000 },
      (res) => {
        res.resume();
        resolve(res.statusCode === 200);
      },
    );
    req.once("error", () => resolve(false)).once("timeout", () => req.destroy());
  });
}

/** The next upstream in turn first, then the others: healthy ones, or all when none says yes. */
function order() {
  const able = upstreams.filter((one) => healthy.has(one));
  const list = able.length > 0 ? able : upstreams;
  turn = (turn + 1) % list.length;
  return [...list.slice(turn), ...list.slice(0, turn)];
}

function forward(req, res, [target, ...others]) {
  if (target === undefined) return res.writeHead(502).end("no upstream\n");
  const headers = { ...req.headers, "x-forwarded-for": req.socket.remoteAddress };
  const up = http.request({
    host: "127.0.0.1",
    port: target,
    path: req.url,
    method: req.method,
    headers,
    agent,
  });
  up.once("response", (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(res);
    answer.once("error", () => res.destroy());
  });
  up.once("error", (error) => {
    // Nothing was sent: another may be asked. Everything else may have had its effect and is never sent again.
    if (error.code === "ECONNREFUSED") return forward(req, res, others);
    const isStale = up.reusedSocket && !res.headersSent && /^(GET|HEAD)$/.test(req.method ?? "");
    if (isStale && !res.destroyed) return forward(req, res, [target, ...others]);
    if (res.headersSent) res.destroy();
    else res.writeHead(502).end(`${error.code}\n`);
  });
  res.once("close", () => up.destroy());
  // The body goes out once somebody has accepted the connection: until then another may still be asked.
  up.once("socket", (socket) => {
    if (socket.connecting) socket.once("connect", () => req.pipe(up));
    else req.pipe(up);
  });
}

await look();
http.createServer((req, res) => forward(req, res, order())).listen(port, "127.0.0.1");
