import { createServer, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ClonedDatabase, cloneDatabase } from "@/db/testing/cloned-database";
import { reserveConnection } from "./connection";

let database: ClonedDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

function beBusyFor(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

test("a process that was busy itself while the answer came does not call the database away", async () => {
  const isCalledAway = async () => {
    const connection = reserveConnection(database.url);
    await new Promise(setImmediate);
    // Longer than the connection waits.
    beBusyFor(1_500);
    await connection.known;
    await connection.end();
    return connection.isAway();
  };
  // Where the machine is busy as well the server may be silent for a second itself, but not each time.
  await expect.poll(isCalledAway, { timeout: 40_000 }).toBe(false);
});

test("a server that takes connections and never answers is away, and one that refuses them at once", async () => {
  const callers: Socket[] = [];
  const silent = createServer((socket) => void callers.push(socket));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as { port: number };
  const url = `postgres://nobody@127.0.0.1:${port}/nothing`;
  const hanging = reserveConnection(url);
  await hanging.known;
  expect(hanging.isAway()).toBe(true);
  await hanging.end();
  for (const caller of callers) caller.destroy();
  await new Promise((resolve) => silent.close(resolve));

  const refused = reserveConnection(url);
  await refused.known;
  expect(refused.isAway()).toBe(true);
  await refused.end();
});
