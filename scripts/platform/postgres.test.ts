import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startPostgres, stopPostgres } from "./postgres.mjs";

const quick = { fsync: "off" };
let room: string;
let directory: string;

beforeEach(() => {
  room = fs.mkdtempSync(path.join(os.tmpdir(), "clearway-postgres-"));
  fs.chmodSync(room, 0o711);
  directory = path.join(room, "postgres");
});
afterEach(async () => {
  await stopPostgres(directory);
  fs.rmSync(room, { recursive: true, force: true });
});

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  // The server may be killed under us.
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

const postmaster = () => {
  const [pid] = fs.readFileSync(path.join(directory, "data/postmaster.pid"), "utf8").split("\n");
  return Number(pid);
};

test("data, port and password are kept between runs", async () => {
  const first = await startPostgres({ directory, settings: quick });
  await query(first.url, "create table kept as select 42 as answer");
  await first.stop();
  const second = await startPostgres({ directory, settings: quick });
  expect(second.url).toBe(first.url);
  expect(await query(second.url, "select answer from kept")).toEqual([{ answer: 42 }]);
  await second.stop();
});

test("nobody gets in without the password, and others cannot read it", async () => {
  const { url, stop } = await startPostgres({ directory, settings: quick });
  const wrong = new URL(url);
  wrong.password = "wrong";
  await expect(query(wrong.href, "select 1")).rejects.toThrow(/password authentication failed/);
  expect(fs.statSync(path.join(directory, "password")).mode & 0o077).toBe(0);
  await stop();
});

test("a server that a killed launcher left running is taken over", async () => {
  const first = await startPostgres({ directory, settings: quick });
  const second = await startPostgres({ directory, settings: quick });
  expect(second.reused).toBe(true);
  expect(second.url).toBe(first.url);
  await second.stop();
  await expect(query(first.url, "select 1")).rejects.toThrow();
  await first.stop();
});

test("after kill -9 of the server it is started again under the same URL", async () => {
  const notes: string[] = [];
  const server = await startPostgres({ directory, settings: quick, onNote: (note) => notes.push(note) });
  const killed = postmaster();
  process.kill(killed, "SIGKILL");
  await expect
    .poll(() => query(server.url, "select 1 as one").catch(() => []), { timeout: 60_000 })
    .toEqual([{ one: 1 }]);
  expect(postmaster()).not.toBe(killed);
  expect(notes).toHaveLength(1);
  await server.stop();
}, 120_000);

test("a server that is just being started again when it is stopped is not left running", async () => {
  const notes: string[] = [];
  const server = await startPostgres({ directory, settings: quick, onNote: (note) => notes.push(note) });
  process.kill(postmaster(), "SIGKILL");
  await expect.poll(() => notes.length, { timeout: 30_000, interval: 5 }).toBe(1);
  await server.stop();
  await expect(query(server.url, "select 1")).rejects.toThrow();
  expect(fs.existsSync(path.join(directory, "data/postmaster.pid"))).toBe(false);
}, 120_000);

test.runIf(process.getuid?.() === 0)("as root it runs as somebody else, who is not nobody", async () => {
  const { stop } = await startPostgres({ directory, settings: quick });
  const { uid } = fs.statSync(path.join(directory, "data"));
  expect([0, 65_534]).not.toContain(uid);
  await stop();
});

test.runIf(process.getuid?.() === 0)(
  "as root, a directory that others may not enter is refused with the way out",
  async () => {
    fs.chmodSync(room, 0o700);
    await expect(startPostgres({ directory, settings: quick })).rejects.toThrow(/CLEARWAY_DATA_DIR/);
  },
);
