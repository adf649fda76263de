import http from "node:http";
import net, { type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createFront, type FrontOptions } from "./front";

type Answer = { status: number; headers: http.IncomingHttpHeaders; body: string };

const ORIGIN = "https://clearway.example";
let server: http.Server;
let port: number;

const options: FrontOptions = {
  https: true,
  dev: false,
  origins: [ORIGIN],
  hosts: undefined,
  // Stands in for Next: says what reached it.
  pages: (req, res) => {
    if (req.url === "/boom") throw new Error("secret detail");
    if (req.url === "/stream") {
      res.write("first");
      return void setTimeout(() => res.end("last"), 300);
    }
    req.resume().once("end", () => res.end(JSON.stringify({ page: req.url, headers: req.headers })));
  },
  git: (req, res) => void req.resume().once("end", () => res.end("git")),
  health: (_req, res) => void res.end("healthy"),
};

async function listen(given: FrontOptions): Promise<http.Server> {
  const front = createFront(given);
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  return front;
}

beforeAll(async () => {
  server = await listen(options);
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function ask(path: string, init: http.RequestOptions & { body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { body, ...rest } = init;
    const req = http.request({ host: "127.0.0.1", port, path, agent: false, ...rest }, (res) => {
      let text = "";
      res.on("data", (chunk) => {
        text += chunk;
      });
      res.on("end", () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: text }));
    });
    req.on("error", reject);
    req.end(body);
  });
}

/** Sends bytes as they are and returns the first line of the answer. */
function raw(bytes: string, to = port): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(to, "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("close", () => resolve(text.split("\r\n", 1)[0] ?? ""));
    socket.on("error", reject);
  });
}

const trpc = (headers: Record<string, string> = {}, body = "{}") =>
  ask("/api/trpc/promotions.approve", {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
      "x-clearway-request": "1",
      origin: ORIGIN,
      "sec-fetch-site": "same-origin",
      ...headers,
    },
  });

test("an idle connection is kept for longer than a proxy keeps its own", async () => {
  const agent = new http.Agent({ keepAlive: true });
  const { headers } = await ask("/page", { agent });
  agent.destroy();
  expect(Number(/^timeout=(\d+)$/.exec(String(headers["keep-alive"]))?.[1])).toBeGreaterThan(60);
});

describe("what is never served", () => {
  test.each(["TRACE", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])("the verb %s", async (method) => {
    const answer = await ask("/", { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe("GET, HEAD, POST");
  });
  test("CONNECT and verbs nobody knows", async () => {
    expect(await raw("CONNECT db:5432 HTTP/1.1\r\nHost: db:5432\r\n\r\n")).toBe(
      "HTTP/1.1 405 Method Not Allowed",
    );
    expect(await raw("BREW / HTTP/1.1\r\nHost: x\r\n\r\n")).toMatch(/^HTTP\/1\.1 40[05]/);
  });
  test("absolute-form and scheme-relative targets", async () => {
    expect(await raw("GET http://evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n")).toBe(
      "HTTP/1.1 400 Bad Request",
    );
    expect((await ask("//evil.example/")).status).toBe(400);
  });
  test("protocol upgrades", async () => {
    const upgrade = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    expect(await raw(upgrade)).toBe("HTTP/1.1 400 Bad Request");
  });
  test.each([
    "x-middleware-subrequest",
    "x-middleware-rewrite",
    "x-invoke-path",
    "x-matched-path",
    "next-action",
  ])("the internal header %s", async (name) => {
    expect((await ask("/", { headers: { [name]: "1" } })).status).toBe(400);
  });
  test("headers above 16 kB", async () => {
    expect(await raw(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${"a".repeat(17_000)}\r\n\r\n`)).toMatch(/431/);
  });
});

describe("a POST to the API", () => {
  test("passes with JSON, the own header and our origin", async () => {
    expect((await trpc()).status).toBe(200);
  });
  test("is refused without the own header", async () => {
    expect((await trpc({ "x-clearway-request": "" })).status).toBe(403);
  });
  test("is refused from another origin, also where only one of the two headers tells", async () => {
    expect((await trpc({ origin: "https://evil.example" })).status).toBe(403);
    expect((await trpc({ origin: "null" })).status).toBe(403);
    expect((await trpc({ "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await trpc({ "sec-fetch-site": "same-site" })).status).toBe(403);
  });
  test.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonp"])(
    "is refused as %s",
    async (type) => {
      expect((await trpc({ "content-type": type })).status).toBe(415);
    },
  );
  test("is refused above 1 MB, and without a stated length", async () => {
    expect((await trpc({}, `"${"a".repeat(1024 * 1024)}"`)).status).toBe(413);
    const chunked = await ask("/api/trpc/x", { method: "POST", headers: { "transfer-encoding": "chunked" } });
    expect(chunked.status).toBe(411);
  });
});

test("a form of another site cannot post to a page either", async () => {
  const answer = await ask("/api/auth/signout", {
    method: "POST",
    headers: { origin: "https://evil.example" },
  });
  expect(answer.status).toBe(403);
});

describe("where a request may take a moment to arrive", () => {
  const MOMENT_MS = 150;
  let impatient: http.Server;
  let at: { port: number };
  beforeAll(async () => {
    impatient = await listen({ ...options, requestTimeoutMs: MOMENT_MS });
    at = { port: (impatient.address() as AddressInfo).port };
  });
  afterAll(() => {
    impatient.closeAllConnections();
    impatient.close();
  });

  test("a slow request is ended, a slow push is not", async () => {
    const slow = "POST /api/auth/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab";
    expect(await raw(slow, at.port)).toBe("HTTP/1.1 408 Request Timeout");
    const push = await new Promise<Answer>((resolve, reject) => {
      const req = http.request(
        { host: "127.0.0.1", ...at, path: "/git/pay.git/git-receive-pack", method: "POST" },
        (res) => {
          res
            .resume()
            .once("end", () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: "" }));
        },
      );
      req.on("error", reject);
      req.write("ab");
      setTimeout(() => req.end("c"), 2 * MOMENT_MS);
    });
    expect(push.status).toBe(200);
  });

  test("a stream of answers lives longer than that", async () => {
    expect((await ask("/stream", at)).body).toBe("firstlast");
  });
});

describe("a demonstration on loopback", () => {
  test("is not reached under a name that was made to point there", async () => {
    const demonstration = await listen({ ...options, hosts: ["127.0.0.1:3000"] });
    const at = (demonstration.address() as AddressInfo).port;
    expect((await ask("/", { port: at, headers: { host: "evil.example:3000" } })).status).toBe(400);
    expect((await ask("/", { port: at, headers: { host: "127.0.0.1:3000" } })).status).toBe(200);
    demonstration.close();
  });
});

describe("headers of answers", () => {
  test("every answer carries them, refusals too", async () => {
    for (const answer of [await ask("/"), await ask("/api/health"), await ask("/", { method: "PUT" })]) {
      expect(answer.headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "x-frame-options": "DENY",
        "strict-transport-security": expect.stringContaining("max-age=63072000"),
      });
      expect(answer.headers["content-security-policy"]).toContain("default-src 'none'");
    }
  });
  test("each page gets a nonce of its own, and Next gets the same one", async () => {
    const [first, second] = [await ask("/"), await ask("/")];
    const seen = JSON.parse(first.body) as { headers: Record<string, string> };
    expect(first.headers["content-security-policy"]).toMatch(
      /script-src 'self' 'nonce-[A-Za-z0-9+/=]{22,}' 'strict-dynamic';/,
    );
    expect(first.headers["content-security-policy"]).toContain("form-action 'self';");
    expect(seen.headers["content-security-policy"]).toBe(first.headers["content-security-policy"]);
    expect(second.headers["content-security-policy"]).not.toBe(first.headers["content-security-policy"]);
  });
  test("a client cannot choose the nonce", async () => {
    const csp = "script-src 'nonce-mine'";
    const answer = await ask("/", {
      headers: { "content-security-policy": csp, "content-security-policy-report-only": csp },
    });
    expect(answer.body).not.toContain("mine");
  });
});

test("a failure inside says nothing of its cause", async () => {
  const log = vi.spyOn(console, "error").mockReturnValue();
  const answer = await ask("/boom");
  expect(log).toHaveBeenCalledOnce();
  expect(answer.status).toBe(500);
  expect(answer.body).not.toContain("secret");
});

test("git and health are answered by the front", async () => {
  expect((await ask("/git/pay.git/info/refs?service=git-upload-pack")).body).toBe("git");
  expect((await ask("/api/health")).body).toBe("healthy");
});

test("while the database is away pages say so with 503, and the API and git answer for themselves", async () => {
  let isAway = true;
  const away = await listen({ ...options, isDatabaseAway: () => isAway });
  const at = { port: (away.address() as AddressInfo).port };
  const page = await ask("/promotions", at);
  expect(page).toMatchObject({ status: 503, headers: { "retry-after": "2" } });
  expect(page.body).toContain("The database cannot be reached");
  expect(page.headers["content-security-policy"]).toContain("script-src");
  for (const path of ["/api/trpc/promotions.waiting", "/_next/static/a.js", "/git/a.git/info/refs"]) {
    expect(await ask(path, at)).toMatchObject({ status: 200 });
  }
  isAway = false;
  expect(await ask("/promotions", at)).toMatchObject({ status: 200 });
  away.closeAllConnections();
  away.close();
});
