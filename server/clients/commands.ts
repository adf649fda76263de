import { and, eq, inArray, isNotNull, isNull, or, type SQL } from "drizzle-orm";
import { clients, components, slots, subscriptions } from "@/db/schema";
import type {
  AddClient,
  EndSubscription,
  RenameClient,
  RetireClient,
  Subscribe,
} from "@/domain/catalog/input";
import { conflict, invalid, notFound } from "@/domain/errors";
import { type Change, change } from "../audit/change";
import { demand, inScope } from "../auth/scope";
import type { Context } from "../context";
import { ensureSlots } from "../environments/ensure-slots";

const READ = { noun: "client", read: "catalog.read" } as const;

/** A client is the organisation's: it takes the permission on all of it. */
export async function addClient(ctx: Context, { key, name, componentIds }: AddClient) {
  demand(ctx.actor, "catalog.edit", { productId: null }, READ);
  return change(ctx, async (c) => {
    const [row] = await c.db.insert(clients).values({ key, name, createdAt: c.now }).returning();
    if (!row) throw new Error("insert returned no row");
    c.audit({ action: "client.created", subject: subjectOf(row), after: { key, name } });
    for (const componentId of new Set(componentIds)) await insertSubscription(c, row, componentId);
    c.announce({ topic: "catalog", id: row.id, productId: null, clientId: row.id });
    return row;
  });
}

export async function renameClient(ctx: Context, { clientId, name }: RenameClient) {
  const row = await clientFor(ctx, clientId);
  if (row.name === name) return;
  await change(ctx, async (c) => {
    await c.db.update(clients).set({ name }).where(eq(clients.id, row.id));
    c.audit({
      action: "client.renamed",
      subject: subjectOf(row),
      before: { name: row.name },
      after: { name },
    });
    c.announce({ topic: "catalog", id: row.id, productId: null, clientId: row.id });
  });
}

/** Ends everything it has. What ran there is still told. Refused while a promotion to it has not ended. */
export async function retireClient(ctx: Context, { clientId, reason }: RetireClient) {
  const row = await clientFor(ctx, clientId);
  await change(ctx, async (c) => {
    await lockClient(c, row.id);
    const ended = await endSlots(c, eq(slots.clientId, row.id));
    await c.db
      .update(subscriptions)
      .set({ endedAt: c.now })
      .where(and(eq(subscriptions.clientId, row.id), isNull(subscriptions.endedAt)));
    await c.db.update(clients).set({ retiredAt: c.now }).where(eq(clients.id, row.id));
    c.audit({
      action: "client.retired",
      subject: subjectOf(row),
      after: { slots: ended },
      ...(reason ? { reason } : {}),
    });
    c.announce({ topic: "catalog", id: row.id, productId: null, clientId: row.id });
  });
}

/** Gives the client a component, with its slots; also one that it had before, with the slots of then. */
export async function subscribe(ctx: Context, { clientId, componentId }: Subscribe) {
  const row = await clientFor(ctx, clientId);
  await demandKnownComponent(ctx, row.id, componentId);
  await change(ctx, async (c) => {
    await lockClient(c, row.id);
    await insertSubscription(c, row, componentId);
    c.announce({ topic: "catalog", id: row.id, productId: null, clientId: row.id });
  });
}

/** Its slots are ended with it, not deleted. Refused while a promotion to one of them has not ended. */
export async function endSubscription(ctx: Context, { clientId, componentId, reason }: EndSubscription) {
  const row = await clientFor(ctx, clientId);
  await change(ctx, async (c) => {
    const [ended] = await c.db
      .update(subscriptions)
      .set({ endedAt: c.now })
      .where(
        and(
          eq(subscriptions.clientId, row.id),
          eq(subscriptions.componentId, componentId),
          isNull(subscriptions.endedAt),
        ),
      )
      .returning();
    if (!ended) throw conflict("This client does not have this component.");
    const count = await endSlots(c, and(eq(slots.clientId, row.id), eq(slots.componentId, componentId)));
    const component = await componentOf(c, componentId);
    c.audit({
      action: "subscription.ended",
      subject: subscriptionOf(row, component),
      before: { component: component.key },
      after: { slots: count },
      ...(reason ? { reason } : {}),
    });
    c.announce({ topic: "catalog", id: row.id, productId: null, clientId: row.id });
  });
}

async function insertSubscription(
  c: Change,
  client: typeof clients.$inferSelect,
  componentId: string,
): Promise<void> {
  const component = await componentOf(c, componentId);
  if (component.scope !== "client" || component.retiredAt) {
    throw invalid(`${component.name} is not installed per client: every client has it, or nobody.`);
  }
  const [before] = await c.db
    .select({ endedAt: subscriptions.endedAt })
    .from(subscriptions)
    .where(and(eq(subscriptions.clientId, client.id), eq(subscriptions.componentId, componentId)))
    .for("update");
  if (before && !before.endedAt) throw conflict(`${client.name} has ${component.name} already.`);
  await c.db
    .insert(subscriptions)
    .values({ clientId: client.id, componentId, createdAt: c.now })
    .onConflictDoUpdate({
      target: [subscriptions.clientId, subscriptions.componentId],
      set: { endedAt: null },
    });
  await c.db
    .update(slots)
    .set({ endedAt: null })
    .where(and(eq(slots.clientId, client.id), eq(slots.componentId, componentId)));
  const made = await ensureSlots(c);
  c.audit({
    action: before ? "subscription.resumed" : "subscription.added",
    subject: subscriptionOf(client, component),
    after: { component: component.key, slots: made },
  });
}

/** Whoever looks after one client only knows the components that it has or had. */
async function demandKnownComponent(ctx: Context, clientId: string, componentId: string): Promise<void> {
  const [known] = await ctx.db
    .select({ id: components.id })
    .from(components)
    .leftJoin(
      subscriptions,
      and(eq(subscriptions.componentId, components.id), eq(subscriptions.clientId, clientId)),
    )
    .where(
      and(
        eq(components.id, componentId),
        or(
          isNotNull(subscriptions.clientId),
          inScope(ctx.actor, "catalog.read", { productId: components.productId }),
        ),
      ),
    );
  if (!known) throw notFound("component");
}

async function componentOf(c: Change, componentId: string) {
  const [row] = await c.db.select().from(components).where(eq(components.id, componentId));
  if (!row) throw notFound("component");
  return row;
}

async function endSlots(c: Change, which: SQL | undefined): Promise<number> {
  const open = await c.db
    .select({ id: slots.id })
    .from(slots)
    .where(and(which, isNull(slots.endedAt)));
  if (open.length === 0) return 0;
  await c.db
    .update(slots)
    .set({ endedAt: c.now })
    .where(
      inArray(
        slots.id,
        open.map(({ id }) => id),
      ),
    );
  return open.length;
}

async function clientFor(ctx: Context, clientId: string) {
  demand(ctx.actor, "catalog.edit", { productId: null, clientId }, READ);
  const [row] = await ctx.db.select().from(clients).where(eq(clients.id, clientId));
  if (!row) throw notFound("client");
  if (row.retiredAt) throw conflict("This client was retired: nothing of it changes any more.");
  return row;
}

/** A retirement and a subscription wait for each other: nothing is subscribed to after the end. */
async function lockClient(c: Change, clientId: string): Promise<void> {
  const [row] = await c.db
    .select({ retiredAt: clients.retiredAt })
    .from(clients)
    .where(eq(clients.id, clientId))
    .for("update");
  if (row?.retiredAt) throw conflict("This client was retired: nothing of it changes any more.");
}

function subscriptionOf(
  client: Pick<typeof clients.$inferSelect, "id" | "name">,
  component: Pick<typeof components.$inferSelect, "key" | "productId">,
) {
  return {
    ...subjectOf(client),
    label: `${client.name}, ${component.key}`,
    productId: component.productId,
  };
}

function subjectOf(row: Pick<typeof clients.$inferSelect, "id" | "name">) {
  return { type: "client", id: row.id, label: row.name };
}
