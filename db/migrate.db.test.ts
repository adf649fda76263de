import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrateDatabase } from "./migrate";
import { type ClonedDatabase, cloneDatabase } from "./testing/cloned-database";

let database: ClonedDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

test("several instances may migrate at once, and again", async () => {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const applied = async () => {
    const { rows } = await client.query<{ n: number }>(
      "select count(*)::int as n from drizzle.__drizzle_migrations",
    );
    return rows[0]?.n;
  };
  const before = await applied();
  await Promise.all([1, 2, 3].map(() => migrateDatabase(database.url)));
  expect(before).toBeGreaterThan(0);
  expect(await applied()).toBe(before);
  await client.end();
});
