import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, createPool } from "@/db/client";
import {
  audited,
  givenClient,
  givenComponent,
  givenEnvironment,
  givenGrant,
  givenPerson,
  givenPolicy,
  givenProduct,
  givenRepository,
  givenSlot,
  givenSubscription,
  givenWorkItem,
} from "@/db/testing/given";
import { createTestContext, type TestContext } from "@/db/testing/test-context";
import { type Actor, type GrantScope, type PersonActor, systemActor } from "@/domain/people/actor";
import type { Role } from "@/domain/people/roles";
import { find } from "./queries";

let base: TestContext<Actor>;
let everywhere: PersonActor;
let ofPayments: PersonActor;

async function person(name: string, role: Role, scope: GrantScope): Promise<PersonActor> {
  const { id, email } = await givenPerson(base.db, { name });
  await givenGrant(base.db, id, role, scope);
  return { kind: "person", personId: id, name, email, grants: [{ role, scope }] };
}

/** Two products of which Zoe may see one, each with everything that has a name. */
beforeAll(async () => {
  base = await createTestContext<Actor>(systemActor("test"));
  for (const [product, name] of [
    ["payments", "Payments"],
    ["lending", "Lending"],
  ] as const) {
    const { id: productId } = await givenProduct(base.db, { key: product, name });
    const repository = await givenRepository(base.db, productId, {
      key: `${product}-code`,
      name: `${name} code`,
    });
    const component = await givenComponent(base.db, repository, {
      key: `${product}-vm`,
      name: `Zander ${product}`,
      scope: "client",
    });
    const client = await givenClient(base.db, { key: `z-${product}`, name: `Zeta ${product}` });
    await givenSubscription(base.db, client.id, component.id);
    const policy = await givenPolicy(base.db, {}, { key: `zoo-${product}`, name: `Zoo ${product}` });
    const environment = await givenEnvironment(base.db, {
      key: `zone-${product}`,
      name: `Zone ${product}`,
      policyId: policy.id,
      isPerClient: true,
    });
    await givenSlot(base.db, component, environment, client.id);
    await givenWorkItem(base.db, productId, {
      key: `${product.slice(0, 3).toUpperCase()}-7`,
      title: "Zebra",
    });
    if (product === "payments")
      ofPayments = await person("Zoe Adler", "viewer", { kind: "product", id: productId });
  }
  everywhere = await person("Ben Zorn", "developer", { kind: "organisation", id: null });
});
afterAll(() => base.stop());

const titles = async (actor: PersonActor, query: string) =>
  (await find({ ...base, actor }, { query })).map(({ group, title }) => `${group}: ${title}`);

describe("what has a name is found by it", () => {
  test.each([
    ["zoe", "People: Zoe Adler", /^\/people\/[0-9a-f-]{36}$/],
    ["zander pay", "Components: Zander payments", /^\/catalog\/payments$/],
    ["payments-vm", "Components: Zander payments", /^\/catalog\/payments$/],
    ["zeta lend", "Clients: Zeta lending", /^\/clients\/z-lending$/],
    ["zoo-pay", "Policies: Zoo payments", /^\/policies\/zoo-payments$/],
    ["zone lend", "Environments: Zone lending", /^\/environments$/],
    ["lending-code", "Repositories: lending-code", /^\/repositories\/lending-code$/],
  ])("%s", async (query, found, href) => {
    const results = await find({ ...base, actor: everywhere }, { query });
    const [result] = results.filter(({ group, title }) => `${group}: ${title}` === found);
    expect(result?.href).toMatch(href);
  });
});

test("nothing of another product is found, nor of clients and environments that have nothing of one's own", async () => {
  const found = await titles(ofPayments, "z");
  expect(found).toEqual(
    expect.arrayContaining([
      "Components: Zander payments",
      "Clients: Zeta payments",
      "Environments: Zone payments",
      "Work items: PAY-7 Zebra",
    ]),
  );
  expect(found.filter((title) => /lending|LEN-/.test(title) && !title.startsWith("Policies"))).toEqual([]);
});

test("a name that begins with the words comes before one that contains them", async () => {
  const people = (await titles(everywhere, "z")).filter((title) => title.startsWith("People"));
  expect(people).toEqual(["People: Zoe Adler", "People: Ben Zorn"]);
});

test("signs that SQL reads otherwise are only letters", async () => {
  for (const query of ["%", "_", "\\", "' or 1=1 --", "zoe%"])
    expect(await titles(everywhere, query)).toEqual([]);
});

test("a state travels as a state, for the screen's own words", async () => {
  const [item] = await find({ ...base, actor: everywhere }, { query: "PAY-7" });
  expect(item?.standing).toEqual({ of: "workItem", state: "in_progress" });
});

test("words are found by an index, however many titles there are", { timeout: 240_000 }, async () => {
  const { rows } = await base.db.execute<{ id: string }>(sql`select id from products where key = 'payments'`);
  // No limit of the server's or the client's is meant for so much at once.
  const unlimited = createPool(base.url, { options: "", query_timeout: 0, connectionTimeoutMillis: 60_000 });
  const db = createClient(unlimited);
  await audited(db, async (tx) => {
    await tx.execute(sql`insert into work_items (key, product_id, title, type, state)
      select 'PAY-' || n, ${rows[0]?.id}::uuid, 'Chapter ' || md5(n::text), 'story', 'in_progress' from generate_series(10000, 40000) n`);
  });
  await db.execute(sql`vacuum analyze work_items`);
  await unlimited.end();
  const scans = async () => {
    const { rows } = await base.db.execute<{ n: number }>(
      sql`select idx_scan::int as n from pg_stat_user_indexes where indexrelname = 'work_items_parts'`,
    );
    return rows[0]?.n ?? 0;
  };
  const before = await scans();
  const found = await find({ ...base, actor: everywhere }, { query: "zebra" });
  expect(found.filter(({ group }) => group === "Work items")).toHaveLength(2);
  // Every connection of the pool is asked to tell what it has counted, which it does in its own time otherwise.
  const tell = () => base.db.execute(sql`select pg_stat_force_next_flush(), pg_sleep(0.05)`);
  await Promise.all(Array.from({ length: 10 }, tell));
  await expect.poll(scans).toBeGreaterThan(before);
});
