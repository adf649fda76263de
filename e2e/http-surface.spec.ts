import { execFileSync } from "node:child_process";
import fs from "node:fs";
import nodeHttp from "node:http";
import { expect, test } from "@playwright/test";
import { PAGE_CELLS, ROUTE_CELLS } from "./permission-places";
import { MUTATIONS, PROCEDURE_CELLS } from "./permission-procedures";
import { type Asker, type PermissionWorld, startPermissionWorld } from "./support/permission-world";
import { type Answer, inTurns, type PlainHttp, plainHttp } from "./support/plain-http";

/** What the production build takes and says over plain HTTP, whoever asks. */
let world: PermissionWorld;
let http: PlainHttp;
let administrator: Asker;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  world = await startPermissionWorld();
  http = plainHttp(world.real.url);
  administrator = asker("platform_admin", "organisation");
});
test.afterAll(async () => {
  http?.close();
  await world?.real.stop();
});

function asker(role: string, scope: string): Asker {
  const found = world.askers.find((one) => one.role === role && one.scope === scope);
  if (!found) throw new Error(`nobody is ${role} of ${scope}`);
  return found;
}

const JSON_BODY = JSON.stringify({ json: { isEnabled: false } });

/** A mutation that is in order but for what is given. It would be answered 409: nothing is written in this world. */
function post(
  headers: nodeHttp.OutgoingHttpHeaders,
  body: string | Buffer = JSON_BODY,
  procedure = "settings.setRunner",
): Promise<Answer> {
  const all = {
    cookie: administrator.cookie,
    "content-type": "application/json",
    "x-clearway-request": "1",
    origin: world.real.url,
    "sec-fetch-site": "same-origin",
    ...headers,
  };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return http.ask(`/api/trpc/${procedure}`, { method: "POST", headers: given, body });
}

test("a change comes as JSON, with our own header, from our own pages", async () => {
  expect((await post({})).status).toBe(409);
  for (const type of [
    "text/plain",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "text/json",
    undefined,
  ]) {
    expect.soft((await post({ "content-type": type })).status, String(type)).toBe(415);
  }
  for (const value of [undefined, "", "0", "true"]) {
    expect.soft((await post({ "x-clearway-request": value })).status, String(value)).toBe(403);
  }
  for (const origin of [
    "https://evil.example",
    "null",
    `${world.real.url}.evil.example`,
    "http://127.0.0.1:1",
  ]) {
    expect.soft((await post({ origin })).status, origin).toBe(403);
  }
  for (const site of ["cross-site", "same-site", "none"]) {
    expect.soft((await post({ "sec-fetch-site": site })).status, site).toBe(403);
  }
});

test("no change is made by GET, and no question asked by POST", async () => {
  const wrong: string[] = [];
  const headers = { cookie: administrator.cookie };
  await inTurns(Object.entries(PROCEDURE_CELLS), async ([path, cell]) => {
    const input = encodeURIComponent(JSON.stringify({ json: cell.input?.(world.ours) ?? null }));
    const answer = MUTATIONS.has(path)
      ? await http.ask(`/api/trpc/${path}?input=${input}`, { headers })
      : await post({}, JSON.stringify({ json: cell.input?.(world.ours) ?? null }), path);
    if (answer.status !== 405) wrong.push(`${path}: ${answer.status}`);
  });
  expect(wrong).toEqual([]);
  for (const name of ["x-http-method-override", "x-method-override", "x-http-method"]) {
    const answer = await http.ask("/api/trpc/settings.setRunner?_method=POST", {
      headers: { ...headers, [name]: "POST", "x-clearway-request": "1" },
    });
    expect.soft(answer.status, name).toBe(405);
  }
});

test("bodies and batches have an end", async () => {
  expect((await post({}, `{"json":{"isEnabled":false,"a":"${"a".repeat(1024 * 1024)}"}}`)).status).toBe(413);
  const chunked = await http.ask("/api/trpc/settings.setRunner", {
    method: "POST",
    headers: {
      cookie: administrator.cookie,
      "content-type": "application/json",
      "x-clearway-request": "1",
      "transfer-encoding": "chunked",
    },
  });
  expect(chunked.status).toBe(411);
  const batch = (count: number) =>
    http.ask(
      `/api/trpc/${Array.from({ length: count }, () => "settings.shell").join(",")}?batch=1&input=%7B%7D`,
      {
        headers: { cookie: administrator.cookie },
      },
    );
  expect((await batch(20)).status).toBe(200);
  expect((await batch(21)).status).toBe(400);
  const many = Array.from({ length: 21 }, () => "settings.setRunner").join(",");
  expect((await post({}, "{}", `${many}?batch=1`)).status).toBe(400);
});

test("what is deep, odd or malformed is refused as what it is, and the next request is answered", async () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const keys = JSON.stringify({
    json: Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`k${n}`, n])),
  });
  for (const body of [
    `{"json":${deep}}`,
    keys,
    "{",
    "",
    "null",
    "[]",
    '{"json":{"isEnabled":false,"more":1}}',
    '{"json":{"isEnabled":"false"}}',
    '{"json":{"__proto__":{"isEnabled":false}}}',
    '{"json":{"isEnabled":false,"constructor":{"prototype":{"polluted":true}}}}',
    '{"json":{"isEnabled":false},"meta":{"values":{"__proto__.polluted":["Date"]}}}',
    '{"json":{"isEnabled":false},"meta":{"values":{"constructor.prototype.polluted":["Date"]}}}',
    '{"json":{"isEnabled":false},"meta":{"referentialEqualities":{"isEnabled":["__proto__.polluted"]}}}',
    '{"json":{"isEnabled":false},"meta":{"values":{"isEnabled":[["class","Anything"]]}}}',
  ]) {
    const answer = await post({}, body);
    expect.soft(answer.status, `${body.slice(0, 80)}: ${answer.body.slice(0, 200)}`).toBe(400);
    expect.soft(answer.body).not.toContain("polluted");
    expect.soft(answer.body).not.toMatch(/\bat .*\.js/);
  }
  expect((await post({})).status).toBe(409);
});

test("a procedure that does not exist is 404 and not repeated", async () => {
  for (const path of [
    "zebra.crossing",
    "__proto__.toString",
    "constructor",
    "people.__proto__",
    "zebra,crossing?batch=1",
  ]) {
    const answer = await http.ask(`/api/trpc/${path}`, { headers: { cookie: administrator.cookie } });
    expect.soft(answer.status, path).toBe(404);
    expect.soft(answer.body, path).not.toMatch(/zebra|crossing|proto/);
  }
});

test("verbs that nobody needs are not served anywhere", async () => {
  const paths = [
    "/",
    "/promotions",
    "/api/trpc/settings.shell",
    "/api/health",
    "/git/x.git/info/refs",
    "/api/audit",
  ];
  for (const path of paths) {
    for (const method of ["TRACE", "OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND"]) {
      const answer = await http.ask(path, { method, headers: { cookie: administrator.cookie } });
      expect.soft(answer.status, `${method} ${path}`).toBe(405);
      expectHeaders(`${method} ${path}`, answer);
    }
  }
  expect(await http.raw("CONNECT db:5432 HTTP/1.1\r\nHost: db:5432\r\n\r\n")).toMatch(/^HTTP\/1\.1 405 /);
  expect(await http.raw("GET http://evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
});

const SEALED = "default-src 'none'; frame-ancestors 'none'; sandbox";

function expectHeaders(what: string, { headers }: Answer): void {
  expect.soft(headers, what).toMatchObject({
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": expect.stringContaining("camera=()"),
    "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
  });
  expect.soft(headers["x-powered-by"], what).toBeUndefined();
  expect.soft(headers["access-control-allow-origin"], what).toBeUndefined();
}

test("every page and route has the security headers; scripts of pages carry a nonce of their own", async () => {
  const nonces = new Set<string>();
  const headers = { cookie: administrator.cookie, accept: "text/html" };
  const pages = [...Object.values(PAGE_CELLS).map(({ path }) => path(world.ours)), "/nothing/here"];
  for (const path of pages) {
    for (const given of [headers, { accept: "text/html" }]) {
      const answer = await http.ask(path, { headers: given });
      expectHeaders(path, answer);
      const policy = String(answer.headers["content-security-policy"]);
      const nonce =
        /script-src 'self' 'nonce-([A-Za-z0-9+/=]{20,})' 'strict-dynamic';/.exec(policy)?.[1] ?? "";
      expect.soft(nonces.has(nonce), `${path} has a nonce of its own`).toBe(false);
      nonces.add(nonce);
      expect.soft(policy, path).not.toMatch(/script-src[^;]*unsafe/);
      expect.soft(policy, path).toContain("base-uri 'none'");
      if (answer.status >= 300 && answer.status < 400) continue;
      const scripts = answer.body.match(/<script\b[^>]*>/g) ?? [];
      expect.soft(scripts.length, path).toBeGreaterThan(0);
      expect
        .soft(
          scripts.filter((tag) => !tag.includes(`nonce="${nonce}"`)),
          path,
        )
        .toEqual([]);
      expect.soft(answer.body, path).not.toMatch(/<[a-z][^>]*\son[a-z]+=/i);
      expect.soft(String(answer.headers["cache-control"]), path).toMatch(/no-store/);
    }
  }
  const asset = /\/_next\/static\/[^"]+\.js/.exec((await http.ask("/sign-in")).body)?.[0] ?? "";
  const routes = Object.values(ROUTE_CELLS).map(({ path }) => path(world.ours));
  for (const path of [
    ...routes,
    asset,
    "/git/harbour-code.git/info/refs?service=git-upload-pack",
    "/api/nothing",
  ]) {
    const answer = await http.ask(path, { headers: { cookie: administrator.cookie } });
    expectHeaders(path, answer);
    if (path.startsWith("/schemas/")) continue;
    expect.soft(answer.headers["content-security-policy"], path).toBe(SEALED);
    if (path !== asset) expect.soft(String(answer.headers["cache-control"]), path).toMatch(/no-store/);
  }
  for (const answer of [await post({ "content-type": "text/plain" }), await post({ origin: "null" })]) {
    expectHeaders("a refusal", answer);
    expect.soft(answer.headers["content-security-policy"]).toBe(SEALED);
  }
});

test("cookies are for the server only, and for one host only where the address is https", async () => {
  const cookiesOf = async (path: string, init: Parameters<PlainHttp["ask"]>[1] = {}) =>
    (await http.ask(path, init)).headers["set-cookie"] ?? [];
  const out = {
    method: "POST",
    headers: { cookie: asker("auditor", "organisation").cookie, origin: world.real.url },
    body: "",
  };
  for (const given of [await cookiesOf("/api/sign-in"), await cookiesOf("/api/sign-out", out)]) {
    expect.soft(given.length).toBeGreaterThan(0);
    for (const cookie of given) {
      expect.soft(cookie).toMatch(/^clearway\.[a-z]+=/);
      expect.soft(cookie).toMatch(/; httponly/i);
      expect.soft(cookie).toMatch(/; samesite=lax/i);
      expect.soft(cookie).toMatch(/; path=\//i);
      expect.soft(cookie).not.toMatch(/; domain=/i);
    }
  }
  await world.real.restartWeb(0, { CLEARWAY_PUBLIC_URL: "https://clearway.example" });
  try {
    const secure = await cookiesOf("/api/sign-in");
    expect.soft(secure.length).toBeGreaterThan(0);
    for (const cookie of secure) {
      expect.soft(cookie).toMatch(/^__Host-clearway\.[a-z]+=/);
      expect.soft(cookie).toMatch(/; secure/i);
      expect.soft(cookie).toMatch(/; httponly/i);
    }
    const { headers } = await http.ask("/sign-in");
    expect.soft(headers["strict-transport-security"]).toMatch(/max-age=63072000/);
  } finally {
    await world.real.restartWeb(0);
  }
});

/** What a stream of live events says until the text is seen. */
function hear(
  cookie: string,
  until: string,
  act: () => Promise<unknown>,
): Promise<{ status: number; said: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(world.real.url);
    const headers = { ...(cookie ? { cookie } : {}), accept: "text/event-stream" };
    const req = nodeHttp.get(
      { hostname, port, path: "/api/trpc/live.events", headers, agent: false },
      (res) => {
        let said = "";
        let hasActed = false;
        res.on("data", (chunk: Buffer) => {
          said += chunk;
          if (!hasActed && said.includes("everything")) {
            hasActed = true;
            act().catch(reject);
          }
          if (said.includes(until)) req.destroy();
        });
        res.on("close", () => resolve({ status: res.statusCode ?? 0, said }));
      },
    );
    req.on("error", (error) => (req.destroyed ? undefined : reject(error)));
  });
}

test("a stream of live events tells of one's own rows only, and nobody has one", async () => {
  // A browser reads no status of a stream: the refusal is all that it says before it ends.
  const roleless = world.askers.find(({ role }) => role === null)?.cookie ?? "";
  for (const [cookie, code] of [
    ["", "UNAUTHENTICATED"],
    [roleless, "FORBIDDEN"],
  ] as const) {
    const { said } = await hear(cookie, "never", async () => undefined);
    expect(said.match(/^event: .*$/gm)).toEqual(["event: connected", "event: serialized-error"]);
    expect(said).toContain(`"refusal":"${code}"`);
  }
  const { ours, theirs, real } = world;
  const events = [
    { topic: "promotions", id: "of-their-product", productId: theirs.productId },
    {
      topic: "promotions",
      id: "of-our-slot",
      productId: ours.productId,
      clientId: ours.clientId,
      environmentId: ours.environmentId,
    },
    { topic: "releases", id: "of-our-product", productId: ours.productId },
    { topic: "settings", id: "of-all", productId: null },
    {
      topic: "promotions",
      id: "of-their-slot",
      productId: theirs.productId,
      clientId: theirs.clientId,
      environmentId: theirs.environmentId,
    },
    { topic: "settings", id: "the-last", productId: null },
  ];
  const tell = async () => {
    for (const event of events) await real.sql("select pg_notify('clearway', $1)", [JSON.stringify(event)]);
  };
  const heardBy = async (scope: string) => {
    const { said } = await hear(asker("viewer", scope).cookie, "the-last", tell);
    return events.map(({ id }) => id).filter((id) => said.includes(id));
  };
  expect(await heardBy("ourProduct")).toEqual(["of-our-slot", "of-our-product", "of-all", "the-last"]);
  expect(await heardBy("ourClient")).toEqual(["of-our-slot", "of-all", "the-last"]);
  expect(await heardBy("otherClient")).toEqual(["of-all", "the-last"]);
  expect(await heardBy("otherProduct")).toEqual(["of-their-product", "of-all", "of-their-slot", "the-last"]);
  expect(await heardBy("organisation")).toEqual(events.map(({ id }) => id));
});

test("nothing stands before the handlers that permissions could hang on, and no server action exists", () => {
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    encoding: "utf8",
  })
    .split("\n")
    .filter((file) => /\.(ts|tsx|mjs|js)$/.test(file) && fs.existsSync(file));
  expect(files.filter((file) => /^(src\/)?(proxy|middleware)\.[a-z]+$/.test(file))).toEqual([]);
  const acting = files.filter((file) => /^\s*["']use server["']/m.test(fs.readFileSync(file, "utf8")));
  expect(acting).toEqual([]);
  const read = (name: string) =>
    JSON.parse(fs.readFileSync(`.next/server/${name}`, "utf8")) as Record<string, unknown>;
  expect(read("server-reference-manifest.json")).toMatchObject({ node: {}, edge: {} });
  const actions = read("server-reference-manifest.json") as { node: object; edge: object };
  expect([...Object.keys(actions.node), ...Object.keys(actions.edge)]).toEqual([]);
  expect(read("middleware-manifest.json")).toMatchObject({ middleware: {}, sortedMiddleware: [] });
});
