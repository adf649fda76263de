import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveAssets } from "./assets";

const SCRIPT = "console.log('cleared');\n".repeat(200);
let directory: string;
let server: http.Server;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "clearway-assets-"));
  fs.mkdirSync(path.join(directory, "chunks"));
  fs.writeFileSync(path.join(directory, "chunks/a.js"), SCRIPT);
  fs.writeFileSync(path.join(directory, "chunks/a.js.br"), brotliCompressSync(SCRIPT));
  fs.writeFileSync(path.join(directory, "chunks/a.js.gz"), gzipSync(SCRIPT));
  fs.writeFileSync(path.join(directory, "chunks/[odd] b.js"), "1;");
  fs.writeFileSync(path.join(directory, "secret.env"), "no");
  const next = (_req: http.IncomingMessage, res: http.ServerResponse) => void res.writeHead(404).end("next");
  const serve = serveAssets(directory, next);
  server = http.createServer((req, res) => void serve(req, res)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
});
afterAll(() => {
  server.close();
  fs.rmSync(directory, { recursive: true });
});

/** The answer as it is on the wire: nothing decodes it. */
function ask(address: string, headers: http.OutgoingHttpHeaders = {}, method = "GET") {
  const { port } = server.address() as AddressInfo;
  return new Promise<{ status: number; headers: http.IncomingHttpHeaders; body: Buffer }>(
    (resolve, reject) => {
      http
        .request({ host: "127.0.0.1", port, path: address, headers, method }, (res) => {
          const chunks: Buffer[] = [];
          res.on("data", (chunk: Buffer) => chunks.push(chunk));
          res.on("end", () =>
            resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks) }),
          );
        })
        .on("error", reject)
        .end();
    },
  );
}

test.each([
  ["gzip, deflate, br, zstd", "br", brotliCompressSync(SCRIPT).length],
  ["gzip", "gzip", gzipSync(SCRIPT).length],
  ["br;q=0, gzip;q=0.5", "gzip", gzipSync(SCRIPT).length],
  ["identity", undefined, SCRIPT.length],
  ["", undefined, SCRIPT.length],
])("whoever accepts %j is given %s", async (accepted, encoding, length) => {
  const { status, headers, body } = await ask("/_next/static/chunks/a.js?v=1", {
    "accept-encoding": accepted,
  });
  expect(status).toBe(200);
  expect(headers["content-encoding"]).toBe(encoding);
  expect(headers.vary).toBe("Accept-Encoding");
  expect(headers["cache-control"]).toContain("immutable");
  expect(headers["content-type"]).toContain("text/javascript");
  expect(body.length).toBe(length);
});

test("a name with odd characters is found as browsers write it, and HEAD has no body", async () => {
  const odd = await ask("/_next/static/chunks/%5Bodd%5D%20b.js");
  expect(odd.body.toString()).toBe("1;");
  const head = await ask("/_next/static/chunks/a.js", {}, "HEAD");
  expect(head.headers["content-length"]).toBe(String(SCRIPT.length));
  expect(head.body.length).toBe(0);
});

test.each([
  ["/_next/static/chunks/../../../etc/passwd"],
  ["/_next/static/chunks/%2e%2e/secret.env"],
  ["/_next/static/secret.env"],
  ["/_next/static/chunks"],
  ["/_next/static/chunks/a.js.br"],
])("%s is none of them", async (address) => {
  expect((await ask(address)).body.toString()).toBe("next");
});

test("parts of a file and other methods are left to whoever knows them", async () => {
  expect((await ask("/_next/static/chunks/a.js", { range: "bytes=0-3" })).body.toString()).toBe("next");
  expect((await ask("/_next/static/chunks/a.js", {}, "POST")).body.toString()).toBe("next");
});
