import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const LOOK_EVERY_MS = 200;

export type ReverseProxy = { url: string; port: number; stop: () => Promise<void> };

/**
 * A plain reverse proxy on loopback: in turn to whichever upstream's health address says yes, no stickiness, and a second
 * upstream only where the first did not even accept the connection. What nginx does with a health check.
 */
export async function startReverseProxy(upstreams: readonly number[], port = 0): Promise<ReverseProxy> {
  const healthy = new Set<number>();
  const agent = new http.Agent({ keepAlive: true });
  let turn = 0;

  const look = () =>
    Promise.all(
      upstreams.map(async (one) => ((await isHealthy(one)) ? healthy.add(one) : healthy.delete(one))),
    );
  await look();
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);

  /** The next upstream in turn first, then the others: healthy ones, or all when none says yes. */
  function order(): number[] {
    const able = upstreams.filter((one) => healthy.has(one));
    const list = able.length > 0 ? able : [...upstreams];
    turn = (turn + 1) % list.length;
    return [...list.slice(turn), ...list.slice(0, turn)];
  }

  function forward(req: IncomingMessage, res: ServerResponse, [target, ...others]: number[]): void {
    if (target === undefined) return void res.writeHead(502).end("no upstream\n");
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
    up.once("error", (error: NodeJS.ErrnoException) => {
      // Nothing was sent: another may be asked. Everything else may have had its effect and is never sent again.
      if (error.code === "ECONNREFUSED") return forward(req, res, others);
      if (res.headersSent) res.destroy();
      else res.writeHead(502).end("upstream failed\n");
    });
    res.once("close", () => up.destroy());
    req.pipe(up);
  }

  const server = http.createServer((req, res) => forward(req, res, order()));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const listening = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${listening}`,
    port: listening,
    async stop() {
      clearInterval(timer);
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isHealthy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const req = http.get(
      { host: "127.0.0.1", port, path: "/api/health", agent: false, timeout: 1000 },
      (res) => {
        res.resume();
        resolve(res.statusCode === 200);
      },
    );
    req.once("error", () => resolve(false)).once("timeout", () => req.destroy());
  });
}
