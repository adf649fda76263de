import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  audited,
  givenClient,
  givenComponent,
  givenEnvironment,
  givenProduct,
  givenRepository,
  givenSlot,
  givenSubscription,
} from "./testing/given";
import { createTestContext, type TestContext } from "./testing/test-context";

let base: TestContext<null>;
let ids: Record<"product" | "repository" | "importing" | "component" | "client" | "slot", string>;

beforeAll(async () => {
  base = await createTestContext(null);
});
afterAll(() => base.stop());
beforeEach(async () => {
  const product = await givenProduct(base.db);
  const repository = await givenRepository(base.db, product.id);
  const importing = await givenRepository(base.db, product.id, { state: "importing" });
  const component = await givenComponent(base.db, repository, { scope: "client" });
  const client = await givenClient(base.db);
  await givenSubscription(base.db, client.id, component.id);
  const environment = await givenEnvironment(base.db, { isPerClient: true });
  const slot = await givenSlot(base.db, component, environment, client.id);
  ids = {
    product: product.id,
    repository: repository.id,
    importing: importing.id,
    component: component.id,
    client: client.id,
    slot: slot.id,
  };
});

/** Plain SQL with an audit row, as somebody past every command would write it. */
async function attack(statement: string): Promise<string> {
  try {
    await audited(base.db, (tx) => tx.execute(statement));
    return "done";
  } catch (error) {
    for (let e = error as Error | undefined; e; e = e.cause as Error | undefined) {
      const code = /^([A-Z_]+): /.exec(e.message)?.[1];
      if (code) return code;
    }
    return String(error);
  }
}

describe("the catalogue, attacked with SQL", () => {
  test.each(["products", "components", "clients", "subscriptions"])("%s are never deleted", async (table) => {
    const row = {
      products: ids.product,
      components: ids.component,
      clients: ids.client,
      subscriptions: ids.client,
    }[table];
    const column = table === "subscriptions" ? "client_id" : "id";
    expect(await attack(`delete from ${table} where ${column} = '${row}'`)).toBe("IMMUTABLE");
  });

  test.each([
    ["products", "key = 'other'"],
    ["components", "key = 'other'"],
    ["components", "scope = 'common'"],
    ["components", "repository_id = (select id from repositories where state = 'importing' limit 1)"],
    ["clients", "key = 'other'"],
    ["repositories", "key = 'other'"],
    ["repositories", "directory = 'other.git'"],
    ["repositories", "product_id = gen_random_uuid()"],
  ])("%s: %s is refused", async (table, change) => {
    const row = {
      products: ids.product,
      components: ids.component,
      clients: ids.client,
      repositories: ids.repository,
    }[table];
    expect(await attack(`update ${table} set ${change} where id = '${row}'`)).toBe("IMMUTABLE");
  });

  test("a repository in use is not deleted, and is not made one that is imported", async () => {
    expect(await attack(`delete from repositories where id = '${ids.repository}'`)).toBe("IMMUTABLE");
    for (const state of ["importing", "failed"]) {
      expect(await attack(`update repositories set state = '${state}' where id = '${ids.repository}'`)).toBe(
        "ILLEGAL_TRANSITION",
      );
    }
    expect(await attack(`update repositories set state = 'failed' where id = '${ids.importing}'`)).toBe(
      "done",
    );
    expect(await attack(`update repositories set state = 'ready' where id = '${ids.importing}'`)).toBe(
      "ILLEGAL_TRANSITION",
    );
    expect(await attack(`delete from repositories where id = '${ids.importing}'`)).toBe("done");
  });

  test("nothing runs from a repository that is not there yet", async () => {
    expect(
      await attack(`insert into pipeline_runs (repository_id, product_id, commit_sha, tree_oid, ref, trigger, state)
        values ('${ids.importing}', '${ids.product}', repeat('1', 40), repeat('2', 40), 'refs/heads/master', 'push', 'queued')`),
    ).toBe("CONFLICT");
  });

  test("a common component, a retired one or a retired client is not subscribed to", async () => {
    const product = await givenProduct(base.db);
    const repository = await givenRepository(base.db, product.id);
    const common = await givenComponent(base.db, repository);
    const retired = await givenComponent(base.db, repository, { scope: "client", retiredAt: new Date() });
    const gone = await givenClient(base.db, { retiredAt: new Date() });
    const insert = (client: string, component: string) =>
      attack(`insert into subscriptions (client_id, component_id) values ('${client}', '${component}')`);
    expect(await insert(ids.client, common.id)).toBe("INVALID");
    expect(await insert(ids.client, retired.id)).toBe("INVALID");
    expect(await insert(gone.id, ids.component)).toBe("INVALID");
  });

  test.each(["products", "clients", "repositories"])(
    "a change of %s without an audit row does not commit",
    async (table) => {
      const row = { products: ids.product, clients: ids.client, repositories: ids.repository }[table];
      await expect(
        base.db.transaction((tx) => tx.execute(`update ${table} set name = 'Other' where id = '${row}'`)),
      ).rejects.toMatchObject({ cause: { message: expect.stringContaining("AUDIT_MISSING") } });
    },
  );
});
