import { execFileSync, spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SlotHost, startSlotHost } from "./host";

const TOKEN = "a token for tests";
const SLOT = "0190a0a0-0000-7000-8000-000000000001";
let root: string;
let directory: string;
let host: SlotHost;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "clearway-slots-"));
  directory = path.join(root, "slots");
  host = await startSlotHost({ directory, port: 0, token: TOKEN });
});

afterEach(async () => {
  await host.close();
  await rm(root, { recursive: true, force: true });
});

type Archive = { bytes: Buffer; digest: string };

function archiveOf(bytes: Buffer): Archive {
  return { bytes, digest: createHash("sha256").update(bytes).digest("hex") };
}

async function tarOf(files: Record<string, string>, ...options: string[]): Promise<Archive> {
  const folder = await mkdtemp(path.join(root, "source-"));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return archiveOf(execFileSync("tar", ["-C", folder, ...options, "-cf", "-", "."]));
}

const release = (version: string, status = "ok") =>
  tarOf({
    "health.json": JSON.stringify({ status, checks: { ledger: status } }),
    "web/index.html": `<p>${version}`,
  });

type Order = {
  environment?: string;
  fence?: number;
  key?: string;
  version?: string;
  slot?: string;
  digest?: string;
  url?: string;
};

async function put(archive: Archive, order: Order = {}) {
  const response = await fetch(`${order.url ?? host.url}/slots/${order.slot ?? SLOT}`, {
    method: "PUT",
    headers: {
      Authorization: `Bearer ${TOKEN}`,
      "Idempotency-Key": order.key ?? randomUUID(),
      "X-Clearway-Digest": `sha256:${order.digest ?? archive.digest}`,
      "X-Clearway-Version": order.version ?? "2026.21.1",
      "X-Clearway-Schema": "3",
      ...(order.environment ? { "X-Clearway-Environment": order.environment } : {}),
      ...(order.fence === undefined ? {} : { "X-Clearway-Fence": String(order.fence) }),
    },
    body: new Uint8Array(archive.bytes),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function get(suffix = "", url = host.url) {
  const response = await fetch(`${url}/slots/${SLOT}${suffix}`, {
    headers: { Authorization: `Bearer ${TOKEN}` },
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const state = async () => JSON.parse((await get()).text) as Record<string, unknown>;
const installedFile = (digest: string, name: string) => path.join(directory, SLOT, "versions", digest, name);

describe("what is installed", () => {
  test("is told and served", async () => {
    const archive = await release("1");
    expect(await put(archive, { key: "op-1", version: "2026.21.4" })).toMatchObject({
      status: 200,
      body: { slot: SLOT, digest: archive.digest, version: "2026.21.4", schemaVersion: 3, operation: "op-1" },
    });
    expect(await state()).toMatchObject({ digest: archive.digest, operation: "op-1" });
    expect(await get("/health")).toMatchObject({
      status: 200,
      text: expect.stringContaining(archive.digest),
    });
    const file = await get("/files/web/index.html");
    expect(file.text).toBe("<p>1");
    expect(file.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(file.headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("outlives the host", async () => {
    const archive = await release("1");
    await put(archive);
    await host.close();
    host = await startSlotHost({ directory, port: 0, token: TOKEN });
    expect(await state()).toMatchObject({ digest: archive.digest });
    expect((await get("/health")).status).toBe(200);
  });

  test("may come as a compressed tar and have long names", async () => {
    const long = `${"folder/".repeat(20)}${"name".repeat(30)}.txt`;
    for (const format of ["--format=gnu", "--format=pax", "--format=gnu -z"]) {
      expect(
        await put(await tarOf({ [long]: format, "health.json": "{}" }, ...format.split(" "))),
      ).toMatchObject({
        status: 200,
      });
      expect((await get(`/files/${long}`)).text).toBe(format);
    }
  });

  test("of an empty slot is nothing, and an empty slot is not healthy", async () => {
    expect((await get()).status).toBe(404);
    expect((await get("/health")).status).toBe(503);
  });
});

describe("the same key", () => {
  test("again answers the same and does nothing again", async () => {
    const archive = await release("1");
    const first = await put(archive, { key: "op-1" });
    expect(await put(archive, { key: "op-1" })).toEqual(first);
  });

  test("again, when another has been installed since, does not bring the old one back", async () => {
    const [old, young] = [await release("1"), await release("2")];
    const first = await put(old, { key: "op-1" });
    await put(young, { key: "op-2" });
    expect(await put(old, { key: "op-1" })).toEqual(first);
    expect(await state()).toMatchObject({ digest: young.digest });
  });

  test("for another artifact is a conflict", async () => {
    await put(await release("1"), { key: "op-1" });
    expect(await put(await release("2"), { key: "op-1" })).toMatchObject({ status: 409 });
  });

  test("from many at once installs once", async () => {
    const archive = await release("1");
    const answers = await Promise.all(Array.from({ length: 12 }, () => put(archive, { key: "op-1" })));
    expect(new Set(answers.map((answer) => answer.body.installedAt)).size).toBe(1);
  });
});

test("an older version installed again under a new key is the current one", async () => {
  const [old, young] = [await release("1"), await release("2")];
  for (const archive of [old, young, old]) await put(archive);
  expect(await state()).toMatchObject({ digest: old.digest });
  expect((await get("/files/web/index.html")).text).toBe("<p>1");
});

describe("the fence", () => {
  test("of a later deployment refuses an order that comes late, also after a restart", async () => {
    const [late, present] = [await release("1"), await release("2")];
    await put(present, { key: "op-2", fence: 2 });
    const refusal = { status: 409, body: { error: { code: "stale_fence" } } };
    expect(await put(late, { key: "op-1", fence: 1 })).toMatchObject(refusal);
    await host.close();
    host = await startSlotHost({ directory, port: 0, token: TOKEN });
    expect(await put(late, { key: "op-1", fence: 1 })).toMatchObject(refusal);
    expect(await state()).toMatchObject({ digest: present.digest, operation: "op-2", fence: 2 });
  });

  test("of the same order again answers as before, also when a later one has been obeyed since", async () => {
    const [old, young] = [await release("1"), await release("2")];
    const first = await put(old, { key: "op-1", fence: 1 });
    expect(await put(old, { key: "op-1", fence: 1 })).toEqual(first);
    expect(await put(young, { key: "op-2", fence: 2 })).toMatchObject({ status: 200 });
    expect(await put(old, { key: "op-1", fence: 1 })).toEqual(first);
    expect(await state()).toMatchObject({ digest: young.digest });
  });

  test("is not asked of a sender that knows none, who does not take it back either", async () => {
    const archive = await release("1");
    await put(archive, { key: "op-2", fence: 2 });
    expect(await put(archive, { key: "op-old" })).toMatchObject({ status: 200, body: { fence: 2 } });
    expect(await put(archive, { key: "op-1", fence: 1 })).toMatchObject({ status: 409 });
  });

  test("belongs to its slot alone", async () => {
    const archive = await release("1");
    const other = SLOT.replace(/1$/, "2");
    await put(archive, { fence: 9 });
    expect(await put(archive, { fence: 1, slot: other })).toMatchObject({ status: 200 });
  });

  test("holds among orders that come at once: the highest is current", async () => {
    const archives = await Promise.all(["1", "2", "3", "4"].map((version) => release(version)));
    await Promise.all(archives.map((archive, fence) => put(archive, { key: `op-${fence}`, fence })));
    expect(await state()).toMatchObject({ operation: "op-3", fence: 3 });
  });
});

describe("health", () => {
  test("is bad when the installed service says so, in its own words", async () => {
    await put(await release("1", "degraded"));
    const { status, text } = await get("/health");
    expect(status).toBe(503);
    expect(JSON.parse(text)).toMatchObject({ status: "degraded", checks: { ledger: "degraded" } });
  });

  test("is bad only in the environment whose configuration the service cannot work with", async () => {
    const archive = await tarOf({
      "health.json": JSON.stringify({ status: "ok", failsIn: { production: "PAYOUT_CUTOFF is not set." } }),
    });
    await put(archive, { environment: "uat" });
    expect((await get("/health")).status).toBe(200);
    await put(archive, { environment: "production" });
    const { status, text } = await get("/health");
    expect(status).toBe(503);
    expect(JSON.parse(text)).toMatchObject({ status: "failing", reason: "PAYOUT_CUTOFF is not set." });
    await put(archive);
    expect((await get("/health")).status).toBe(200);
  });

  test("is bad when the service says nothing", async () => {
    await put(await tarOf({ "index.html": "x" }));
    expect(await get("/health")).toMatchObject({ status: 503, text: expect.stringContaining("health.json") });
  });

  test.each([
    ["changed", (digest: string) => writeFile(installedFile(digest, "web/index.html"), "<p>9")],
    ["added", (digest: string) => writeFile(installedFile(digest, "web/more.html"), "")],
    ["linked", (digest: string) => symlink("/etc/passwd", installedFile(digest, "web/passwd"))],
    ["removed", (digest: string) => rm(installedFile(digest, "web/index.html"))],
    ["unrecorded", (digest: string) => rm(path.join(directory, SLOT, "versions", `${digest}.json`))],
  ])("is bad when a file was %s behind the host's back, and installing repairs it", async (_what, harm) => {
    const archive = await release("1");
    await put(archive);
    expect((await get("/health")).status).toBe(200);
    await harm(archive.digest);
    expect(await get("/health")).toMatchObject({ status: 503, text: expect.stringContaining("altered") });
    expect((await get("/files/web/index.html")).status).toBeGreaterThanOrEqual(404);
    await put(archive);
    expect((await get("/health")).status).toBe(200);
  });
});

describe("refused is", () => {
  test("whoever has no token", async () => {
    const anonymous = { method: "PUT", body: "x" };
    expect((await fetch(`${host.url}/slots/${SLOT}`, anonymous)).status).toBe(401);
    expect((await fetch(`${host.url}/slots/${SLOT}`)).status).toBe(401);
    const wrong = { headers: { Authorization: `Bearer ${TOKEN}x` } };
    expect((await fetch(`${host.url}/slots/${SLOT}`, wrong)).status).toBe(401);
  });

  test("an artifact whose bytes are not those of its digest, leaving the slot as it was", async () => {
    const [good, other] = [await release("1"), await release("2")];
    await put(good);
    expect(await put(other, { digest: "f".repeat(64) })).toMatchObject({
      status: 422,
      body: { error: { code: "digest_mismatch" } },
    });
    expect(await state()).toMatchObject({ digest: good.digest });
  });

  test("an order whose headers are missing or wrong, by their names", async () => {
    const response = await fetch(`${host.url}/slots/${SLOT}`, {
      method: "PUT",
      headers: { Authorization: `Bearer ${TOKEN}`, "X-Clearway-Digest": "md5:1" },
      body: "x",
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("idempotency-key, x-clearway-digest");
  });

  test("a request under another name, as DNS rebinding makes them", async () => {
    const request = http.get(`${host.url}/slots/${SLOT}/health`, { headers: { Host: "evil.example" } });
    const [response] = (await once(request, "response")) as [http.IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(421);
  });

  test("every other method and path", async () => {
    const authorised = { headers: { Authorization: `Bearer ${TOKEN}` } };
    expect((await fetch(`${host.url}/slots/${SLOT}`, { ...authorised, method: "DELETE" })).status).toBe(405);
    expect((await fetch(`${host.url}/slots/${SLOT}/health`, { ...authorised, method: "PUT" })).status).toBe(
      405,
    );
    expect((await fetch(`${host.url}/slots/not-a-slot`, authorised)).status).toBe(404);
  });

  test.each([
    "..%2f..%2finstalls",
    "../state.json",
    "%2e%2e/x",
    "web",
    "%00",
    "%zz",
    "constructor",
    "/etc/passwd",
  ])("the file name %s", async (name) => {
    await put(await release("1"));
    const request = http.get(`${host.url}/slots/${SLOT}/files/${name}`, {
      path: `/slots/${SLOT}/files/${name}`,
    });
    const [response] = (await once(request, "response")) as [http.IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(404);
  });
});

describe("an archive is not installed when it holds", () => {
  const rename = (to: string) => ["-P", "--transform", `s|^./evil$|${to}|`];
  const cases: [string, () => Promise<Archive>, string][] = [
    ["a name that climbs out", () => tarOf({ evil: "x" }, ...rename("../../evil")), "unsafe name"],
    ["a name that climbs out midway", () => tarOf({ evil: "x" }, ...rename("a/../../evil")), "unsafe name"],
    ["an absolute name", () => tarOf({ evil: "x" }, ...rename("/tmp/evil")), "unsafe name"],
    [
      "a long name that climbs out, in a GNU header",
      () => tarOf({ evil: "x" }, "--format=gnu", ...rename(`${"a/".repeat(80)}../../evil`)),
      "unsafe name",
    ],
    [
      "a long name that climbs out, in a pax header",
      () => tarOf({ evil: "x" }, "--format=pax", ...rename(`${"a/".repeat(80)}../../evil`)),
      "unsafe name",
    ],
    [
      "a file that is a folder of another",
      () => tarOf({ evil: "x", f: "y" }, "-P", "--transform", "s|^./evil$|f/evil|"),
      "a file and a folder of the same name",
    ],
    ["nothing", () => tarOf({}), "holds no files"],
    ["no tar at all", async () => archiveOf(Buffer.from("hello".repeat(300))), "not a tar archive"],
    ["no bytes at all", async () => archiveOf(Buffer.alloc(0)), "holds no files"],
    [
      "broken compression",
      async () => archiveOf(Buffer.from([0x1f, 0x8b, 1, 2, 3])),
      "not a readable archive",
    ],
    [
      "half of itself",
      async () => archiveOf((await tarOf({ big: "x".repeat(9000) })).bytes.subarray(0, 3000)),
      "ends too early",
    ],
  ];
  test.each(cases)("%s", async (_what, make, message) => {
    const answer = await put(await make());
    expect(answer).toMatchObject({ status: 422, body: { error: { code: "unusable_archive" } } });
    expect(JSON.stringify(answer.body)).toContain(message);
    expect((await get()).status).toBe(404);
  });

  test.each([
    ["a symbolic link", ["-s", "/etc/passwd"]],
    ["a hard link", []],
  ])("%s", async (_what, options) => {
    const folder = await mkdtemp(path.join(root, "links-"));
    await writeFile(path.join(folder, "a"), "x");
    execFileSync("ln", [
      ...options,
      ...(options.length > 0 ? [] : [path.join(folder, "a")]),
      path.join(folder, "b"),
    ]);
    const answer = await put(archiveOf(execFileSync("tar", ["-C", folder, "-cf", "-", "."])));
    expect(JSON.stringify(answer.body)).toContain("links are not installed");
  });

  test("a named pipe", async () => {
    const folder = await mkdtemp(path.join(root, "pipe-"));
    execFileSync("mkfifo", [path.join(folder, "p")]);
    expect(await put(archiveOf(execFileSync("tar", ["-C", folder, "-cf", "-", "."])))).toMatchObject({
      status: 422,
    });
  });
});

test("a SIGKILL at any moment leaves one whole installation, and the order can be given again", async () => {
  await host.close();
  const archives = [await release("1"), await release("2")] as const;
  for (let round = 0; round < 6; round += 1) {
    const { url, kill } = await hostProcess();
    let killed: Promise<void> | undefined;
    // The kill falls into another phase of the installing each round: after that many answers and a bit.
    let answers = 0;
    const orders = Array.from({ length: 12 }, async (_, index) => {
      const archive = archives[index % 2] ?? archives[0];
      await put(archive, { key: `op-${round}-${index}`, url }).catch(() => null);
      answers += 1;
      if (answers === round + 1) killed = kill();
    });
    await Promise.all(orders);
    await killed;

    const child = await hostProcess();
    const read = await get("", child.url);
    const now = JSON.parse(read.text) as Record<string, unknown>;
    const expected = archives.find((archive) => archive.digest === now.digest);
    expect(expected).toBeDefined();
    expect(await get("/health", child.url)).toMatchObject({
      status: 200,
      text: expect.stringContaining(`${now.digest}`),
    });
    expect((await get("/files/web/index.html", child.url)).text).toBe(
      expected === archives[0] ? "<p>1" : "<p>2",
    );
    expect(await put(archives[1], { key: `again-${round}`, url: child.url })).toMatchObject({ status: 200 });
    await child.kill();
  }
  host = await startSlotHost({ directory, port: 0, token: TOKEN });
}, 60_000);

async function hostProcess(): Promise<{ url: string; kill: () => Promise<void> }> {
  const source = `
    const { startSlotHost } = await import(${JSON.stringify(path.resolve(import.meta.dirname, "host.ts"))});
    const host = await startSlotHost({ directory: ${JSON.stringify(directory)}, port: 0, token: ${JSON.stringify(TOKEN)} });
    console.log(host.url);`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit").then(() => undefined);
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const kill = (): Promise<void> => {
    child.kill("SIGKILL");
    return exited;
  };
  return { url: line.toString().trim(), kill };
}
