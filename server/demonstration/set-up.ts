import { eq, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import {
  clients,
  components,
  grants,
  installations,
  people,
  pipelineRuns,
  products,
  slots,
  subscriptions,
  workItems,
} from "@/db/schema";
import { USUAL_ENVIRONMENTS } from "@/domain/environments/usual";
import type { Grant, PersonActor } from "@/domain/people/actor";
import { systemActor } from "@/domain/people/actor";
import { appendAudit, type Change, change } from "../audit/change";
import type { Context } from "../context";
import { beginWithUsualPath } from "../environments/usual-path";
import { createRepository } from "../repositories/commands";
import { CLIENTS, type GivenProduct, ORGANISATION_NAME, PEOPLE, type PersonKey } from "./organisation";
import type { ProductStory, WorkItem } from "./stories/story";
import { type Catalogue, found } from "./world";

export const ACTOR = systemActor("demonstration");

/** The row that makes this installation a demonstration. Only from here on is its time its own. */
export async function createInstallation(
  ctx: Context,
  row: { anchorDay: string; seed: string; at: Date },
): Promise<void> {
  await ctx.db.transaction(async (tx: Transaction) => {
    await tx.insert(installations).values({
      organisationName: ORGANISATION_NAME,
      isDemonstration: true,
      demonstrationAnchorDay: row.anchorDay,
      demonstrationSeed: row.seed,
      isRunnerEnabled: true,
      createdAt: row.at,
    });
    await appendAudit(tx, ACTOR, row.at, [
      {
        action: "installation.created",
        subject: { type: "installation", id: "1", label: ORGANISATION_NAME },
        after: { isDemonstration: true, isRunnerEnabled: true, anchorDay: row.anchorDay, seed: row.seed },
      },
    ]);
  });
}

/** Everything that is there before anybody does anything: catalogue, people, rules. */
export async function setUp(
  ctx: Context,
  input: { products: readonly GivenProduct[]; stories: readonly ProductStory[]; slotHostUrl: string },
): Promise<Catalogue> {
  const productIds = await change(ctx, (c) => insertProducts(c, input.products));
  const repositories: Catalogue["products"] = new Map();
  for (const product of input.products) {
    const productId = found(productIds.get(product.key), product.key);
    const repository = await createRepository(ctx, { productId, ...product.repository });
    repositories.set(product.key, { id: productId, repository });
  }
  return change(ctx, async (c) => {
    const clientIds = await insertClients(c);
    const environmentIds = await beginWithUsualPath(c, {
      slotHostUrl: input.slotHostUrl,
      requiresWorkItems: true,
    });
    const componentIds = await insertComponents(c, input.products, repositories, clientIds);
    await insertSlots(c, input.products, componentIds, environmentIds, clientIds);
    await insertWorkItems(c, input.stories, productIds);
    const people = await insertPeople(c, productIds, clientIds);
    return {
      people,
      products: repositories,
      components: componentIds,
      environments: environmentIds,
      clients: clientIds,
    };
  });
}

async function insertProducts(c: Change, given: readonly GivenProduct[]): Promise<Map<string, string>> {
  const rows = await c.db
    .insert(products)
    .values(given.map(({ key, name }) => ({ key, name })))
    .returning();
  for (const { id, key, name } of rows) {
    c.audit({
      action: "product.created",
      subject: { type: "product", id, label: name, productId: id },
      after: { key },
    });
  }
  return new Map(rows.map((row) => [row.key, row.id]));
}

async function insertClients(c: Change): Promise<Map<string, string>> {
  const rows = await c.db
    .insert(clients)
    .values(CLIENTS.map((client) => ({ ...client })))
    .returning();
  for (const { id, key, name } of rows) {
    c.audit({ action: "client.created", subject: { type: "client", id, label: name }, after: { key } });
  }
  return new Map(rows.map((row) => [row.key, row.id]));
}

async function insertComponents(
  c: Change,
  given: readonly GivenProduct[],
  repositories: Catalogue["products"],
  clientIds: Map<string, string>,
): Promise<Catalogue["components"]> {
  const ids: Catalogue["components"] = new Map();
  for (const product of given) {
    const { id: productId, repository } = found(repositories.get(product.key), product.key);
    for (const [position, { key, name, scope, clients: subscribers }] of product.components.entries()) {
      const [row] = await c.db
        .insert(components)
        .values({ productId, repositoryId: repository.id, key, name, scope, position })
        .returning({ id: components.id });
      const { id } = found(row, key);
      ids.set(key, { id, productKey: product.key });
      c.audit({
        action: "component.created",
        subject: { type: "component", id, label: name, productId },
        after: { key, scope, clients: [...subscribers] },
      });
      for (const client of subscribers) {
        await c.db
          .insert(subscriptions)
          .values({ componentId: id, clientId: found(clientIds.get(client), client) });
      }
    }
  }
  return ids;
}

/** One per component and environment; where client components are installed per client, one for each. */
async function insertSlots(
  c: Change,
  given: readonly GivenProduct[],
  componentIds: Catalogue["components"],
  environmentIds: Map<string, string>,
  clientIds: Map<string, string>,
): Promise<void> {
  const rows = given
    .flatMap((product) => product.components)
    .flatMap((component) =>
      USUAL_ENVIRONMENTS.flatMap((environment) => {
        const isOwn = component.scope === "client" && environment.isPerClient;
        const owners = isOwn
          ? component.clients.map((client) => found(clientIds.get(client), client))
          : [null];
        return owners.map((clientId) => ({
          componentId: found(componentIds.get(component.key), component.key).id,
          componentScope: component.scope,
          environmentId: found(environmentIds.get(environment.key), environment.key),
          isPerClient: environment.isPerClient,
          clientId,
        }));
      }),
    );
  await c.db.insert(slots).values(rows);
}

async function insertWorkItems(
  c: Change,
  stories: readonly ProductStory[],
  productIds: Map<string, string>,
): Promise<void> {
  for (const story of stories) {
    const productId = found(productIds.get(story.key), story.key);
    const planned: WorkItem[] = [...story.closed, story.open(9)].flatMap((sprint) => [...sprint.features]);
    const all = [...planned, ...story.backlog].map(({ key, type, title }) => ({ key, type, title }));
    await c.db
      .insert(workItems)
      .values(all.map((item) => ({ ...item, productId, state: "proposed" as const })));
  }
}

async function insertPeople(
  c: Change,
  productIds: Map<string, string>,
  clientIds: Map<string, string>,
): Promise<Catalogue["people"]> {
  const actors: [PersonKey, PersonActor][] = [];
  for (const [personKey, given] of Object.entries(PEOPLE) as [PersonKey, (typeof PEOPLE)[PersonKey]][]) {
    const { name, email, title } = given;
    const [row] = await c.db.insert(people).values({ name, email, title }).returning({ id: people.id });
    const personId = found(row, name).id;
    // A grant of a product that this (smaller) demonstration does not have is left out.
    const held: Grant[] = given.grants.flatMap((grant): Grant[] => {
      if (grant.client) return scoped(grant.role, "client", clientIds.get(grant.client));
      if (grant.product) return scoped(grant.role, "product", productIds.get(grant.product));
      return [{ role: grant.role, scope: { kind: "organisation", id: null } }];
    });
    if (held.length > 0) {
      await c.db
        .insert(grants)
        .values(
          held.map(({ role, scope }) => ({ personId, role, scopeKind: scope.kind, scopeId: scope.id })),
        );
    }
    c.audit({
      action: "person.added",
      subject: { type: "person", id: personId, label: name },
      after: {
        email,
        title,
        grants: held.map(({ role, scope }) => ({ role, scope: scope.kind, scopeId: scope.id })),
      },
    });
    actors.push([personKey, { kind: "person", personId, name, email, grants: held }]);
  }
  return Object.fromEntries(actors) as Catalogue["people"];
}

function scoped(role: Grant["role"], kind: "client" | "product", id: string | undefined): Grant[] {
  return id ? [{ role, scope: { kind, id } }] : [];
}

/** The mark that the history is whole. What is left to the worker is queued from now on, not since the story's yesterday. */
export async function finishInstallation(ctx: Context): Promise<void> {
  await change(ctx, async (c) => {
    await c.db
      .update(pipelineRuns)
      .set({ createdAt: sql`clock_timestamp()` })
      .where(eq(pipelineRuns.state, "queued"));
    await c.db
      .update(installations)
      .set({ demonstrationPreparedAt: sql`clock_timestamp()`, setUpAt: sql`clock_timestamp()` });
    c.audit({
      action: "installation.prepared",
      subject: { type: "installation", id: "1", label: ORGANISATION_NAME },
    });
  });
}
