import { once } from "node:events";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

export type Route = "deploy" | "status" | "health";

const HTML = "<html><body>Bad gateway</body></html>";
const HUGE_BYTES = 2 * 1024 * 1024;

type Taken = { status: number; headers: http.IncomingHttpHeaders; body: string };
type Asked = {
  response: ServerResponse;
  /** Has the real host do it, and answers what it said. */
  forward: () => Promise<Taken>;
  elsewhere: string;
  /** Keeps it until the test lets it through. */
  holdUp: (order: () => Promise<Taken>) => void;
};

function slowDown(seconds: string) {
  return async ({ response }: Asked) =>
    void response.writeHead(429, { "Retry-After": seconds }).end("slow down");
}

/** What a host, or something in front of it, does wrong. Those that forward have had their effect. */
export const FAULTS = {
  "answers late": async ({ response, forward }: Asked) => {
    await pause(1_200);
    send(response, await forward());
  },
  "never answers": async () => undefined,
  "answers when nobody listens any more": async ({ response, forward }: Asked) => {
    const taken = await forward();
    await once(response, "close");
    send(response, taken);
  },
  "does it when nobody waits any more": async ({ forward, holdUp }: Asked) => holdUp(forward),
  "answers a byte at a time": async ({ response, forward }: Asked) => {
    const { status, body } = await forward();
    response.writeHead(status, { "Content-Type": "application/json" });
    for (const letter of body) {
      if (response.destroyed) return;
      response.write(letter);
      await pause(400);
    }
    response.end();
  },
  "502 before the effect": async ({ response }: Asked) => void response.writeHead(502).end(HTML),
  "502 after the effect": async ({ response, forward }: Asked) => {
    await forward();
    response.writeHead(502).end(HTML);
  },
  "reset before the effect": async ({ response }: Asked) => void response.destroy(),
  "reset after the effect": async ({ response, forward }: Asked) => {
    await forward();
    response.destroy();
  },
  "asks the host twice": async ({ response, forward }: Asked) => {
    await forward();
    send(response, await forward());
  },
  "answers twice in one": async ({ response, forward }: Asked) => {
    const { status, body } = await forward();
    send(response, { status, headers: {}, body: body + body });
  },
  "answers half": async ({ response, forward }: Asked) => {
    const { status, body } = await forward();
    send(response, { status, headers: {}, body: body.slice(0, body.length / 2) });
  },
  "200 with an error in it": async ({ response }: Asked) =>
    void response.writeHead(200).end('{"error":{"code":"failed","message":"It did not work."}}'),
  "429 with Retry-After": slowDown("30"),
  "429 with Retry-After of a second": slowDown("1"),
  "429 with Retry-After of an hour": slowDown("3600"),
  "429 with Retry-After of a year": slowDown("31536000"),
  "500": async ({ response }: Asked) => void response.writeHead(500).end("broken"),
  "an endless answer": async ({ response, forward }: Asked) => {
    const { status, body } = await forward();
    send(response, { status, headers: {}, body: `${" ".repeat(HUGE_BYTES)}${body}` });
  },
  "a redirect elsewhere": async ({ response, elsewhere }: Asked) =>
    void response.writeHead(307, { Location: elsewhere }).end(),
  "an old answer": async ({ response, forward }: Asked) => {
    const { body } = await forward();
    const old = body.replace(/"digest":"[0-9a-f]{64}"/, `"digest":"${"0".repeat(64)}"`);
    send(response, {
      status: 200,
      headers: {},
      body: old.replace(/"operation":"[^"]*"/, '"operation":"old"'),
    });
  },
} as const;

export type Fault = keyof typeof FAULTS;

/** `from`: the first request of the route that it befalls (1). `times`: how many from then on. Default: all. */
export type Befalls = { route: Route; fault: Fault; from?: number; times?: number };

export type BadSlotHost = {
  url: string;
  /** By slot. Read at every request. */
  befalls: Map<string, Befalls[]>;
  /** What comes next is the first of its route, however often it was asked before. */
  countAnew: () => void;
  /** How often each slot was asked to install. */
  orders: Map<string, number>;
  /** Passes on what was held up, each once; with what status the real host answers. */
  letThrough: () => Promise<number[]>;
  /** How often somebody followed a redirect. */
  followed: () => number;
  close: () => Promise<void>;
};

/** Stands in front of a real slot host, and misbehaves slot by slot. */
export async function startBadSlotHost(real: string): Promise<BadSlotHost> {
  const befalls = new Map<string, Befalls[]>();
  const orders = new Map<string, number>();
  const counts = new Map<string, number>();
  const heldUp: (() => Promise<Taken>)[] = [];
  let followed = 0;
  const elsewhere = await listen((_request, response) => {
    followed++;
    response.end("{}");
  });
  const front = await listen(async (request, response) => {
    const body = await bodyOf(request);
    const slot = /^\/slots\/([0-9a-f-]{36})/.exec(request.url ?? "")?.[1] ?? "";
    const route =
      request.method === "PUT" ? "deploy" : request.url?.endsWith("/health") ? "health" : "status";
    const nth = (counts.get(`${slot} ${route}`) ?? 0) + 1;
    counts.set(`${slot} ${route}`, nth);
    if (route === "deploy") orders.set(slot, nth);
    const forward = () => passOn(real, request, body);
    const fault = befalls
      .get(slot)
      ?.find(
        ({ route: on, from = 1, times = Number.POSITIVE_INFINITY }) =>
          on === route && nth >= from && nth < from + times,
      );
    if (!fault) return send(response, await forward());
    await FAULTS[fault.fault]({
      response,
      forward,
      elsewhere: elsewhere.url,
      holdUp: (order) => void heldUp.push(order),
    });
  });
  return {
    url: front.url,
    befalls,
    countAnew: () => counts.clear(),
    orders,
    letThrough: () => Promise.all(heldUp.splice(0).map(async (order) => (await order()).status)),
    followed: () => followed,
    close: async () => {
      await Promise.all([front.close(), elsewhere.close()]);
    },
  };
}

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const server = http.createServer(async (request, response) => {
    response.on("error", () => undefined);
    await answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

function passOn(real: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Taken> {
  return new Promise((resolve, reject) => {
    const passed = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "host"));
    const request = http.request(new URL(`${real}${url}`), { method: method ?? "GET", headers: passed });
    request.once("error", reject);
    request.once("response", async (response) => {
      const text = (await bodyOf(response)).toString("utf8");
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
    });
    request.end(body);
  });
}

function send(response: ServerResponse, { status, body }: Taken): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(body);
}
