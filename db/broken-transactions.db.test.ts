import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, createPool } from "./client";
import { type ClonedDatabase, cloneDatabase } from "./testing/cloned-database";

let database: ClonedDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

/** A pool of one: what is lost of it is missed at once. */
const single = (queryTimeoutMs: number) =>
  createClient(
    createPool(database.url, { max: 1, connectionTimeoutMillis: 10_000, query_timeout: queryTimeoutMs }),
  );

async function backendOf(client: ReturnType<typeof single>): Promise<number> {
  const { rows } = await client.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  return rows[0]?.pid ?? 0;
}

test("a connection that breaks at the first word of a transaction is replaced", async () => {
  const client = single(6_000);
  const backend = await backendOf(client);
  // It hears nothing until its end has been decided: `begin` is on its way then.
  process.kill(backend, "SIGSTOP");
  const begun = client.transaction(async () => "never");
  await new Promise(setImmediate);
  process.kill(backend, "SIGTERM");
  process.kill(backend, "SIGCONT");
  await expect(begun).rejects.toThrow();
  expect(await backendOf(client)).not.toBe(backend);
  await client.$client.end();
});

test("a transaction whose end was not answered is not what the next one finds itself in", async () => {
  const client = single(3_000);
  const backend = await backendOf(client);
  const failed = client.transaction(async () => {
    process.kill(backend, "SIGSTOP");
    throw new Error("what went wrong first");
  });
  try {
    await expect(failed).rejects.toThrow();
    expect(await backendOf(client)).not.toBe(backend);
  } finally {
    process.kill(backend, "SIGCONT");
  }
  await client.$client.end();
});
