import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrateDatabase } from "./migrate";
import { type ClonedDatabase, cloneDatabase, emptyDatabase } from "./testing/cloned-database";
import { audit } from "./testing/plain-sql";

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

const MIGRATIONS = path.join("db", "migrations");

/** A checkout of which only the migrations before `tag` are there. */
function rootBefore(tag: string): string {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "clearway-migrations-"));
  fs.cpSync(MIGRATIONS, path.join(root, MIGRATIONS), { recursive: true });
  const file = path.join(root, MIGRATIONS, "meta", "_journal.json");
  const journal: { entries: { tag: string }[] } = JSON.parse(fs.readFileSync(file, "utf8"));
  const place = journal.entries.findIndex((entry) => entry.tag === tag);
  expect(place).toBeGreaterThan(0);
  fs.writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, place) }));
  return root;
}

test("releases that are there already are counted in the order in which they came, and what guards them is awake again", async () => {
  const old = await emptyDatabase();
  const root = rootBefore("0018_release_ordinals");
  await migrateDatabase(old.url, root);
  const client = new Client({ connectionString: old.url });
  await client.connect();
  await client.query(`
    begin;
    set local session_replication_role = replica;
    insert into releases (repository_id, product_id, version, tree_oid, source_sha, run_id, digest, migration,
      schema_min, schema_max, schema_after, created_at, sealed_at)
    select ('00000000-0000-4000-8000-00000000000' || repository)::uuid, gen_random_uuid(), version, version, 's', gen_random_uuid(),
      'd', 'none', 0, 0, 0, now() - age * interval '1 day', now()
    from (values (1, 'new', 1), (1, 'old', 9), (1, 'middle', 5), (2, 'other', 7)) r (repository, version, age);
    ${audit}
    commit;`);
  await migrateDatabase(old.url);
  const { rows } = await client.query(
    "select version, ordinal from releases order by repository_id, ordinal",
  );
  const asleep = await client.query(
    `select t.tgrelid::regclass::text as name, t.tgname from pg_trigger t
     where not t.tgisinternal and t.tgenabled <> case when t.tgname = 'demand_audit' then 'A' else 'O' end
       and t.tgname not like '%audit_event%'`,
  );
  await client.end();
  await old.drop();
  fs.rmSync(root, { recursive: true });
  expect(rows).toEqual([
    { version: "old", ordinal: 1 },
    { version: "middle", ordinal: 2 },
    { version: "new", ordinal: 3 },
    { version: "other", ordinal: 1 },
  ]);
  expect(asleep.rows).toEqual([]);
});
