import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import net, { type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SlotHost, type SlotHostFaults, startSlotHost } from "@/server/slot-host/host";
import { checkHealth, installArtifact, readSlot, type SlotHostAddress } from "./gateway";

const SLOT = "0190a0a0-0000-7000-8000-000000000002";
let root: string;
let host: SlotHost;
let address: SlotHostAddress;
let faults: SlotHostFaults;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "clearway-gateway-"));
  faults = {};
  host = await startSlotHost({ directory: path.join(root, "slots"), port: 0, token: "token", faults });
  address = { url: host.url, token: "token" };
});

afterEach(async () => {
  await host.close();
  await rm(root, { recursive: true, force: true });
});

async function orderFor(name: string, health: unknown = { status: "ok" }) {
  const folder = path.join(root, name);
  await mkdir(folder);
  await writeFile(path.join(folder, "health.json"), JSON.stringify(health));
  await writeFile(path.join(folder, "name.txt"), name);
  const file = path.join(root, `${name}.tar`);
  execFileSync("tar", ["-C", folder, "-cf", file, "."]);
  const digest = createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
  return {
    slotId: SLOT,
    operationKey: `op-${name}`,
    digest,
    version: "2026.21.4",
    schemaVersion: 3,
    fence: 1,
    file,
  };
}

async function fakeHost(
  listener: http.RequestListener,
): Promise<{ address: SlotHostAddress; close: () => void }> {
  const server = http.createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { address: { url: `http://127.0.0.1:${port}`, token: "token" }, close: () => server.close() };
}

/** Made for this test alone, and signed by itself: every client refuses it. */
const VOUCHED_FOR_BY_NOBODY = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBx3rL5JGntW5EE5r
tsKzSbiRJ2ZGROhDcAtOQS2EQIihRANCAARDZRUh4MR5HxqCWbXKFVEbj3/1l9vz
bHLCxGiwfpuJOm7ylSr6HdntE2J1VehSoJHtB2zj2CkulMj7BdlkNjsS
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBfjCCASWgAwIBAgIUHHogPSXsoLrLx6drmGovxyWfyNkwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTEzMTU0NFoYDzIxMjYxMDI4
MTMxNTQ0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARDZRUh4MR5HxqCWbXKFVEbj3/1l9vzbHLCxGiwfpuJOm7ylSr6Hdnt
E2J1VehSoJHtB2zj2CkulMj7BdlkNjsSo1MwUTAdBgNVHQ4EFgQUYp4AuWPB++Ks
hzuUH5qqKFYzYq0wHwYDVR0jBBgwFoAUYp4AuWPB++KshzuUH5qqKFYzYq0wDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiAEpprnES5aFywOSyBr1xUa
Y9MNdMCsEUqJ72mm9GVXgAIgdmD911Kq5SMmHOwxWVSRWzwCGII87ej0jdILxERi
8uI=
-----END CERTIFICATE-----`,
};

describe("confirmed", () => {
  test("is an installation that the host has answered, and its read-back", async () => {
    const order = await orderFor("a");
    const expected = { kind: "confirmed", value: { slot: SLOT, digest: order.digest, operation: "op-a" } };
    expect(await installArtifact(address, order)).toMatchObject(expected);
    expect(await readSlot(address, SLOT)).toMatchObject(expected);
  });

  test("is that nothing is installed", async () => {
    expect(await readSlot(address, SLOT)).toEqual({ kind: "confirmed", value: null });
  });

  test("is health, good and bad", async () => {
    const [good, bad] = [
      await orderFor("good"),
      await orderFor("bad", { status: "down", checks: { ledger: "lost" } }),
    ];
    const ask = { path: "/health", timeoutMs: 2000 };
    await installArtifact(address, good);
    expect(await checkHealth(address, SLOT, ask)).toMatchObject({
      kind: "confirmed",
      value: { healthy: true, httpStatus: 200, status: "ok", digest: good.digest, reason: null },
    });
    await installArtifact(address, bad);
    expect(await checkHealth(address, SLOT, ask)).toMatchObject({
      kind: "confirmed",
      value: {
        healthy: false,
        httpStatus: 503,
        status: "down",
        checks: { ledger: "lost" },
        digest: bad.digest,
      },
    });
  });

  test("is bad health at a path that the service does not have, with the reason", async () => {
    await installArtifact(address, await orderFor("a"));
    expect(await checkHealth(address, SLOT, { path: "/ready", timeoutMs: 2000 })).toMatchObject({
      kind: "confirmed",
      value: { healthy: false, httpStatus: 404, reason: "There is no such path." },
    });
  });
});

describe("refused", () => {
  test("is a wrong token, and nothing is installed", async () => {
    const stranger = { ...address, token: "another" };
    expect(await installArtifact(stranger, await orderFor("a"))).toMatchObject({
      kind: "refused",
      code: "forbidden",
    });
    expect(await readSlot(stranger, SLOT)).toMatchObject({ kind: "refused", code: "forbidden" });
    expect(await readSlot(address, SLOT)).toEqual({ kind: "confirmed", value: null });
  });

  test("is a key that stands for another artifact", async () => {
    await installArtifact(address, await orderFor("a"));
    const other = { ...(await orderFor("b")), operationKey: "op-a" };
    expect(await installArtifact(address, other)).toMatchObject({ kind: "refused", code: "conflict" });
  });

  test("is an order that was held up until a later deployment was installed: the slot keeps that one", async () => {
    const [late, later] = [await orderFor("late"), { ...(await orderFor("later")), fence: 2 }];
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const proxy = await fakeHost(async (request, response) => {
      await held;
      const onward = http.request(`${host.url}${request.url}`, {
        method: "PUT",
        headers: { ...request.headers, host: "127.0.0.1" },
      });
      onward.once("response", (answer) => {
        response.writeHead(answer.statusCode ?? 0);
        answer.pipe(response);
      });
      request.pipe(onward);
    });
    const answer = installArtifact(proxy.address, late);
    await installArtifact(address, later);
    letGo();
    expect(await answer).toMatchObject({
      kind: "refused",
      code: "conflict",
      detail: expect.stringContaining("nothing was changed"),
    });
    expect(await readSlot(address, SLOT)).toMatchObject({ value: { operation: "op-later" } });
    proxy.close();
  });

  test("is a file that does not have its digest", async () => {
    const order = { ...(await orderFor("a")), digest: "0".repeat(64) };
    expect(await installArtifact(address, order)).toMatchObject({
      kind: "refused",
      code: "invalid",
      detail: expect.stringContaining("digest"),
    });
  });
});

describe("indeterminate", () => {
  test("is a connection lost before the effect: the read-back finds nothing, the same order then installs", async () => {
    const order = await orderFor("a");
    faults.failBeforeEffect = "disconnect";
    expect(await installArtifact(address, order)).toMatchObject({
      kind: "indeterminate",
      cause: "conn_reset",
    });
    expect(await readSlot(address, SLOT)).toEqual({ kind: "confirmed", value: null });
    delete faults.failBeforeEffect;
    expect(await installArtifact(address, order)).toMatchObject({ kind: "confirmed" });
  });

  test("is a connection lost after the effect: the read-back finds it, the same order has no second effect", async () => {
    const order = await orderFor("a");
    faults.failAfterEffect = "disconnect";
    expect(await installArtifact(address, order)).toMatchObject({
      kind: "indeterminate",
      cause: "conn_reset",
    });
    const found = await readSlot(address, SLOT);
    expect(found).toMatchObject({ kind: "confirmed", value: { operation: "op-a", digest: order.digest } });
    expect(await installArtifact(address, order)).toEqual(found);
  });

  test("is an answer of 500", async () => {
    faults.failAfterEffect = "error";
    expect(await installArtifact(address, await orderFor("a"))).toMatchObject({
      kind: "indeterminate",
      cause: "5xx",
    });
  });

  test("is no answer in time", async () => {
    faults.delayMs = 5000;
    const order = { ...(await orderFor("a")), timeoutMs: 100 };
    expect(await installArtifact(address, order)).toMatchObject({ kind: "indeterminate", cause: "timeout" });
    expect(await checkHealth(address, SLOT, { path: "/health", timeoutMs: 100 })).toMatchObject({
      kind: "indeterminate",
      cause: "timeout",
    });
  });

  test("is a host that is not there, told apart because nothing was sent", async () => {
    await host.close();
    const absent = { kind: "indeterminate", cause: "unreachable" };
    expect(await installArtifact(address, await orderFor("a"))).toMatchObject(absent);
    expect(await readSlot(address, SLOT)).toMatchObject(absent);
    expect(await checkHealth(address, SLOT, { path: "/health", timeoutMs: 500 })).toMatchObject(absent);
  });

  test.each([
    ["no JSON", "<html>"],
    ["JSON of another shape", '{"digest":"main"}'],
  ])("is an answer that is %s", async (_what, body) => {
    const fake = await fakeHost((_request, response) => response.end(body));
    expect(await readSlot(fake.address, SLOT)).toMatchObject({ kind: "indeterminate", cause: "parse" });
    fake.close();
  });

  test("is an answer that breaks off", async () => {
    const fake = await fakeHost((_request, response) => {
      response.writeHead(200, { "Content-Length": "1000" });
      response.write("{", () => response.destroy());
    });
    expect(await readSlot(fake.address, SLOT)).toMatchObject({ kind: "indeterminate", cause: "conn_reset" });
    fake.close();
  });

  test("is a host with https that cannot be spoken to: its token never goes out in the clear", async () => {
    let heard = Buffer.alloc(0);
    const server = net.createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (block) => {
        heard = Buffer.concat([heard, block]);
        socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
      });
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const secure = { url: `https://127.0.0.1:${port}`, token: "token" };
    expect(await readSlot(secure, SLOT)).toMatchObject({ kind: "indeterminate" });
    expect(await installArtifact(secure, await orderFor("a"))).toMatchObject({ kind: "indeterminate" });
    server.close();
    const TLS_HANDSHAKE = 0x16;
    expect(heard[0]).toBe(TLS_HANDSHAKE);
    expect(heard.includes("Bearer")).toBe(false);
  });

  test("is a host whose certificate nobody has vouched for", async () => {
    let asked = 0;
    const server = https.createServer(VOUCHED_FOR_BY_NOBODY, (_, reply) => {
      asked += 1;
      reply.end("{}");
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const secure = { url: `https://127.0.0.1:${port}`, token: "token" };
    expect(await readSlot(secure, SLOT)).toMatchObject({
      cause: "unreachable",
      detail: expect.stringMatching(/certificate/),
    });
    expect(asked).toBe(0);
    server.close();
  });
});
