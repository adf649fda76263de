import { setTimeout } from "node:timers/promises";
import { and, eq, isNull } from "drizzle-orm";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  auditEvents,
  branches,
  clients,
  components,
  pipelineRuns,
  promotions,
  repositories,
  slots,
  subscriptions,
} from "@/db/schema";
import { audited, givenClient, givenEnvironment } from "@/db/testing/given";
import type { PersonActor } from "@/domain/people/actor";
import { parsePipelineFile } from "@/server/pipelines/parse-file";
import { addClient, endSubscription, renameClient, retireClient, subscribe } from "../clients/commands";
import { clientsCsv } from "../clients/csv";
import { getClient, listClients } from "../clients/queries";
import { addComponent, renameComponent, retireComponent } from "../components/commands";
import { readFile } from "../git/files";
import { listBranches, resolveRef } from "../git/refs";
import { requestDeployment } from "../promotions/request";
import { createWorlds, type World } from "../promotions/testing/engine-world";
import { addRepository, renameRepository } from "../repositories/commands";
import { repositoryDirectory } from "../repositories/location";
import { readCatalog } from "./catalog";
import { addProduct, renameProduct } from "./commands";
import { catalogCsv } from "./csv";
import { getProduct } from "./queries";

let world: World;
const worlds = createWorlds(async () => undefined);
beforeEach(async () => {
  world = await worlds.next();
});
afterEach(() => world.stop());
afterAll(() => worlds.remove());

const admin = () => world.as(world.staff.admin);
const within = (actor: PersonActor, scope: PersonActor["grants"][number]["scope"]): PersonActor => ({
  ...actor,
  grants: actor.grants.map((grant) => ({ ...grant, scope })),
});

async function actionsOn(subjectId: string): Promise<string[]> {
  const rows = await world.db
    .select({ action: auditEvents.action })
    .from(auditEvents)
    .where(eq(auditEvents.subjectId, subjectId))
    .orderBy(auditEvents.sequence);
  return rows.map((row) => row.action);
}

const slotsOf = (componentId: string) =>
  world.db.select().from(slots).where(eq(slots.componentId, componentId)).orderBy(slots.createdAt);

describe("a product", () => {
  test("is added and renamed, each with its audit row; its key stays", async () => {
    const row = await addProduct(admin(), { key: "cards", name: "Cards" });
    await renameProduct(admin(), { productId: row.id, name: "Card payments" });
    await renameProduct(admin(), { productId: row.id, name: "Card payments" });
    expect(await getProduct(admin(), { key: "cards" })).toMatchObject({
      name: "Card payments",
      repositories: [],
    });
    expect(await actionsOn(row.id)).toEqual(["product.created", "product.renamed"]);
  });

  test("with a key that is taken is refused beside the key, also when two ask at once", async () => {
    await expect(addProduct(admin(), { key: "payments", name: "Again" })).rejects.toMatchObject({
      code: "CONFLICT",
      facts: { field: "key" },
    });
    const both = await Promise.allSettled(
      [1, 2].map((n) => addProduct(admin(), { key: "race", name: `R${n}` })),
    );
    expect(both.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(both.find((one) => one.status === "rejected")).toMatchObject({ reason: { code: "CONFLICT" } });
  });

  test("is added by an administrator of all; one of another product is told nothing", async () => {
    const scoped = within(world.staff.admin, { kind: "product", id: world.product.id });
    await expect(addProduct(world.as(scoped), { key: "x", name: "X" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await renameProduct(world.as(scoped), { productId: world.product.id, name: "Mine" });
    for (const person of [world.staff.lead, world.staff.author, world.staff.approver]) {
      await expect(addProduct(world.as(person), { key: "x", name: "X" })).rejects.toMatchObject({
        code: "FORBIDDEN",
      });
    }
  });
});

describe("a new repository", () => {
  const given = (over: object = {}) => ({
    productId: world.product.id,
    key: "cards",
    name: "Cards",
    hasStarter: true,
    firstSprint: "2026.22",
    component: { key: "cards-api", name: "Cards API", scope: "common" as const },
    ...over,
  });

  test("with a starter is built at once: master, sprint, component, slots and a run that passes", async () => {
    const row = await addRepository(admin(), given());
    const directory = repositoryDirectory(world.ctx, row);
    expect((await listBranches(directory)).map(({ name }) => name)).toEqual(["master", "sprint/2026.22"]);
    await world.settle();
    const read = await world.db.select().from(branches).where(eq(branches.repositoryId, row.id));
    expect(read.map(({ name }) => name).sort()).toEqual(["master", "sprint/2026.22"]);
    const runs = await world.db.select().from(pipelineRuns).where(eq(pipelineRuns.repositoryId, row.id));
    expect(runs).toMatchObject([{ state: "passed" }]);
    const product = await getProduct(admin(), { key: "payments" });
    const shown = product.repositories.find(({ key }) => key === "cards");
    expect(shown).toMatchObject({ state: "ready", sprintBranch: "sprint/2026.22", releaseCount: 1 });
    expect(shown?.components).toMatchObject([{ key: "cards-api", slotCount: 2, liveCount: 1 }]);
    expect(await actionsOn(row.id)).toEqual(expect.arrayContaining(["repository.created"]));
  });

  test("its pipeline file is one that Clearway takes, with and without a component", async () => {
    for (const [key, component] of [
      ["with", { key: "x-1", name: "# <b>X</b>", scope: "client" as const }],
      ["without", undefined],
    ] as const) {
      const row = await addRepository(admin(), given({ key, component }));
      const directory = repositoryDirectory(world.ctx, row);
      const master = await resolveRef(directory, "refs/heads/master");
      const file = master && (await readFile(directory, master, ".clearway/pipeline.yaml", 100_000));
      expect(parsePipelineFile(String(file))).toMatchObject({ ok: true });
    }
  });

  test("without a starter is empty, and a sprint without a commit is refused", async () => {
    const row = await addRepository(
      admin(),
      given({ hasStarter: false, firstSprint: undefined, component: undefined }),
    );
    expect(await listBranches(repositoryDirectory(world.ctx, row))).toEqual([]);
    await expect(addRepository(admin(), given({ key: "other", hasStarter: false }))).rejects.toMatchObject({
      code: "INVALID",
    });
  });

  test("with a taken key, of its own or of its component, leaves nothing behind", async () => {
    const before = await world.db.$count(repositories);
    await expect(addRepository(admin(), given({ key: "payments" }))).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await expect(
      addRepository(admin(), given({ component: { key: "api", name: "A", scope: "common" } })),
    ).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("component") });
    expect(await world.db.$count(repositories)).toBe(before);
    const both = await Promise.allSettled(
      [1, 2].map((n) =>
        addRepository(admin(), given({ component: { key: `c-${n}`, name: "C", scope: "common" } })),
      ),
    );
    expect(both.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
    const [row] = await world.db.select().from(repositories).where(eq(repositories.key, "cards"));
    await renameRepository(admin(), { repositoryId: row?.id ?? "", name: "Card service" });
    expect(await actionsOn(row?.id ?? "")).toEqual(["repository.created", "repository.renamed"]);
  });
});

describe("a component", () => {
  test("has a slot in every environment at once; one per client has its production slots per subscription", async () => {
    const row = await addComponent(admin(), {
      repositoryId: world.repository.id,
      key: "batch",
      name: "Batch",
      scope: "client",
    });
    expect(row.position).toBeGreaterThan(0);
    expect(await slotsOf(row.id)).toMatchObject([{ clientId: null }]);
    await subscribe(admin(), { clientId: world.acme.id, componentId: row.id });
    expect((await slotsOf(row.id)).filter(({ clientId }) => clientId === world.acme.id)).toHaveLength(1);
    await renameComponent(admin(), { componentId: row.id, name: "Night batch" });
    expect(await actionsOn(row.id)).toEqual(["component.created", "component.renamed"]);
  });

  test("retired by two at the same moment: once", async () => {
    const retire = () => retireComponent(admin(), { componentId: world.vm.id, reason: "Replaced" });
    const answers = await Promise.allSettled([retire(), retire()]);
    expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(answers.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "CONFLICT", message: "This component was retired already." },
    });
    expect((await actionsOn(world.vm.id)).filter((action) => action === "component.retired")).toHaveLength(1);
  });

  test("retired: its slots end, its subscriptions too, and nothing is asked for there any more", async () => {
    await world.begin();
    await world.mergeFeature("one", { one: "1" });
    await retireComponent(admin(), { componentId: world.vm.id, reason: "Replaced" });
    expect((await slotsOf(world.vm.id)).every(({ endedAt }) => endedAt !== null)).toBe(true);
    expect(await world.db.$count(subscriptions, isNull(subscriptions.endedAt))).toBe(0);
    const release = await world.liveRelease();
    await expect(
      requestDeployment(world.as(world.staff.lead), {
        releaseId: release.id,
        slotIds: [world.slots.acmeVm.id],
      }),
    ).rejects.toMatchObject({ code: "CONFLICT" });
    // The pipeline still builds it: the next release goes on without it.
    await world.mergeFeature("two", { two: "2" });
    const later = await world.liveRelease();
    expect(later.id).not.toBe(release.id);
    const asked = await world.db
      .select({ slotId: promotions.slotId })
      .from(promotions)
      .where(and(eq(promotions.releaseId, later.id), eq(promotions.kind, "deploy")));
    expect(asked).toEqual([{ slotId: world.slots.devApi.id }]);
  });
});

describe("a client", () => {
  test("gets what it has from the beginning, with its slots, and is listed with it", async () => {
    const row = await addClient(admin(), {
      key: "borealis",
      name: "Borealis",
      componentIds: [world.vm.id, world.vm.id],
    });
    const { items } = await listClients(admin(), { isRetiredShown: false });
    expect(items.find(({ key }) => key === "borealis")).toMatchObject({
      subscriptionCount: 1,
      slotCount: 1,
      liveCount: 0,
      lastDeployment: null,
    });
    expect(await actionsOn(row.id)).toEqual(["client.created", "subscription.added"]);
    await expect(
      addClient(admin(), { key: "common", name: "C", componentIds: [world.api.id] }),
    ).rejects.toMatchObject({
      code: "INVALID",
    });
    await expect(subscribe(admin(), { clientId: row.id, componentId: world.vm.id })).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });

  test("ends a subscription: its slot is shown as ended, and comes back with the same history", async () => {
    await endSubscription(admin(), { clientId: world.acme.id, componentId: world.vm.id, reason: "Moved" });
    const ended = await getClient(admin(), { key: "acme" });
    expect(ended.subscriptions).toMatchObject([
      {
        isSubscribed: false,
        endedAt: expect.any(Date),
        slots: [{ slotId: world.slots.acmeVm.id, endedAt: expect.any(Date) }],
      },
    ]);
    await expect(
      endSubscription(admin(), { clientId: world.acme.id, componentId: world.vm.id }),
    ).rejects.toMatchObject({ code: "CONFLICT" });
    await subscribe(admin(), { clientId: world.acme.id, componentId: world.vm.id });
    const again = await getClient(admin(), { key: "acme" });
    expect(again.subscriptions).toMatchObject([
      { isSubscribed: true, endedAt: null, slots: [{ slotId: world.slots.acmeVm.id, endedAt: null }] },
    ]);
    expect(await world.db.$count(slots, eq(slots.clientId, world.acme.id))).toBe(1);
    expect(await actionsOn(world.acme.id)).toEqual(["subscription.ended", "subscription.resumed"]);
  });

  test("does not end while a promotion to its slot has not", async () => {
    await world.begin();
    await world.mergeFeature("one", { one: "1" });
    const release = await world.liveRelease();
    const [asked] = await requestDeployment(world.as(world.staff.lead), {
      releaseId: release.id,
      slotIds: [world.slots.acmeVm.id],
    });
    const refused = { code: "SLOT_BUSY", message: expect.stringContaining(`#${asked?.number}`) };
    await expect(
      endSubscription(admin(), { clientId: world.acme.id, componentId: world.vm.id }),
    ).rejects.toMatchObject(refused);
    await expect(retireClient(admin(), { clientId: world.acme.id })).rejects.toMatchObject(refused);
    await expect(retireComponent(admin(), { componentId: world.vm.id })).rejects.toMatchObject(refused);
    expect((await getClient(admin(), { key: "acme" })).waiting).toMatchObject([{ number: asked?.number }]);
    expect(await world.db.$count(slots, isNull(slots.endedAt))).toBe(4);
  });

  test("is on a page of fifty, and all of them are in the file", async () => {
    for (let n = 1; n <= 60; n++) {
      const number = String(n).padStart(2, "0");
      await givenClient(world.db, { key: `many-${number}`, name: `Many ${number}` });
    }
    const page = (number: number) => listClients(admin(), { isRetiredShown: false, page: number });
    const [first, second, third] = [await page(1), await page(2), await page(3)];
    expect([first.items.length, second.items.length, third.items.length]).toEqual([50, 11, 0]);
    expect(second.items.at(-1)?.key).toBe("many-60");
    expect(first).toMatchObject({ pages: 2, inUseCount: 61, withoutCount: 60 });
    expect(await listClients(admin(), { isRetiredShown: false, search: "many-6" })).toMatchObject({
      pages: 1,
      inUseCount: 1,
      withoutCount: 1,
    });
    const lines = (await clientsCsv(admin(), { isRetiredShown: false })).trimEnd().split("\r\n");
    expect(lines).toHaveLength(1 + 61);
  });

  test("retired: listed only when asked for, and nothing of it changes any more", async () => {
    await renameClient(admin(), { clientId: world.acme.id, name: "Acme Ltd" });
    await retireClient(admin(), { clientId: world.acme.id });
    expect((await listClients(admin(), { isRetiredShown: false })).items).toEqual([]);
    expect(await listClients(admin(), { isRetiredShown: true })).toMatchObject({
      retiredCount: 1,
      items: [{ name: "Acme Ltd", retiredAt: expect.any(Date) }],
    });
    for (const act of [
      () => subscribe(admin(), { clientId: world.acme.id, componentId: world.vm.id }),
      () => renameClient(admin(), { clientId: world.acme.id, name: "X" }),
      () => retireClient(admin(), { clientId: world.acme.id }),
    ]) {
      await expect(act()).rejects.toMatchObject({ code: "CONFLICT" });
    }
  });

  test("retired while somebody subscribes: whoever comes second is refused", async () => {
    const given = { clientId: world.acme.id, componentId: world.vm.id };
    await endSubscription(admin(), given);
    let second: Promise<unknown> = Promise.resolve();
    await audited(world.db, async (tx) => {
      await tx.update(clients).set({ retiredAt: new Date() }).where(eq(clients.id, world.acme.id));
      second = subscribe(admin(), given).catch((error: unknown) => error);
      await setTimeout(300);
    });
    expect(await second).toMatchObject({ code: "CONFLICT" });
    expect(await world.db.$count(slots, and(eq(slots.clientId, world.acme.id), isNull(slots.endedAt)))).toBe(
      0,
    );
  });

  test("is seen by whoever's roles are on all, on it, or on a product it has something of", async () => {
    await givenClient(world.db, { key: "strange", name: "Strange" });
    const other = await addProduct(admin(), { key: "other", name: "Other" });
    const keysFor = async (scope: PersonActor["grants"][number]["scope"]) =>
      (await listClients(world.as(within(world.staff.author, scope)), { isRetiredShown: false })).items.map(
        ({ key }) => key,
      );
    expect(await keysFor({ kind: "organisation", id: null })).toEqual(["acme", "strange"]);
    expect(await keysFor({ kind: "product", id: world.product.id })).toEqual(["acme"]);
    expect(await keysFor({ kind: "client", id: world.acme.id })).toEqual(["acme"]);
    expect(await keysFor({ kind: "product", id: other.id })).toEqual([]);
    await expect(
      getClient(world.as(within(world.staff.author, { kind: "product", id: other.id })), { key: "acme" }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("the catalogue", () => {
  test("is narrowed by product, by how a component is installed and by words that are taken as they are", async () => {
    await addProduct(admin(), { key: "empty", name: "Empty" });
    const keys = async (input: Parameters<typeof readCatalog>[1]) =>
      (await readCatalog(admin(), input)).products.flatMap((product) =>
        product.repositories.flatMap((one) => one.components.map(({ key }) => key)),
      );
    expect(await keys({})).toEqual(["api", "vm"]);
    expect(await keys({ scope: "client" })).toEqual(["vm"]);
    expect(await keys({ search: "AP" })).toEqual(["api"]);
    expect(await keys({ search: "%" })).toEqual([]);
    expect((await readCatalog(admin(), {})).products.map(({ key }) => key)).toEqual(["empty", "payments"]);
    expect((await readCatalog(admin(), { search: "api" })).products.map(({ key }) => key)).toEqual([
      "payments",
    ]);
  });

  test("leaves as a file, which the trail says, and no cell is a formula", async () => {
    await renameProduct(admin(), { productId: world.product.id, name: "=1+1" });
    await renameClient(admin(), { clientId: world.acme.id, name: "@SUM(1)" });
    expect(await catalogCsv(admin(), {})).toContain("\r\n'=1+1,payments,payments,ready,api,");
    expect(await clientsCsv(admin(), { isRetiredShown: false })).toContain("\r\n'@SUM(1),acme,1,0,1,");
    expect(await actionsOn("catalog")).toEqual(["catalog.exported"]);
    expect(await actionsOn("clients")).toEqual(["clients.exported"]);
  });

  test("a new environment that is per client gives slots to subscriptions in force only", async () => {
    await givenEnvironment(world.db, { key: "second", position: 9, isPerClient: true });
    await endSubscription(admin(), { clientId: world.acme.id, componentId: world.vm.id });
    await addComponent(admin(), {
      repositoryId: world.repository.id,
      key: "more",
      name: "More",
      scope: "common",
    });
    const made = await world.db
      .select({ key: components.key, clientId: slots.clientId })
      .from(slots)
      .innerJoin(components, eq(components.id, slots.componentId))
      .where(isNull(slots.endedAt));
    expect(made.filter(({ clientId }) => clientId !== null)).toEqual([]);
    expect(made.filter(({ key }) => key === "more")).toHaveLength(3);
  });
});
