import { and, eq, isNull } from "drizzle-orm";
import { components, repositories, slots, subscriptions } from "@/db/schema";
import type { AddComponent, RenameComponent, RetireComponent } from "@/domain/catalog/input";
import { conflict, notFound } from "@/domain/errors";
import { change } from "../audit/change";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { insertComponent } from "../repositories/commands";

const READ = { noun: "component", read: "catalog.read" } as const;

/** With its slot in every environment; one that is installed per client has them as clients subscribe. */
export async function addComponent(ctx: Context, { repositoryId, ...component }: AddComponent) {
  const [repository] = await ctx.db.select().from(repositories).where(eq(repositories.id, repositoryId));
  if (!repository) throw notFound("repository");
  demand(ctx.actor, "catalog.edit", repository, { noun: "repository", read: "catalog.read" });
  if (repository.state !== "ready") {
    throw conflict("This repository is not there yet: add components when its import has ended.");
  }
  return change(ctx, (c) => insertComponent(c, repository, component));
}

export async function renameComponent(ctx: Context, { componentId, name }: RenameComponent) {
  const row = await componentFor(ctx, componentId);
  if (row.name === name) return;
  await change(ctx, async (c) => {
    await c.db.update(components).set({ name }).where(eq(components.id, row.id));
    c.audit({
      action: "component.renamed",
      subject: subjectOf(row),
      before: { name: row.name },
      after: { name },
    });
    c.announce({ topic: "catalog", id: row.id, productId: row.productId });
  });
}

/**
 * Nothing of it is deployed any more; what runs goes on running and its history stays. The database refuses while a
 * promotion to one of its slots has not ended.
 */
export async function retireComponent(ctx: Context, { componentId, reason }: RetireComponent) {
  const { id } = await componentFor(ctx, componentId);
  await change(ctx, async (c) => {
    const [row] = await c.db.select().from(components).where(eq(components.id, id)).for("update");
    if (!row) throw notFound("component");
    if (row.retiredAt) throw conflict("This component was retired already.");
    await c.db
      .update(subscriptions)
      .set({ endedAt: c.now })
      .where(and(eq(subscriptions.componentId, row.id), isNull(subscriptions.endedAt)));
    const ended = await c.db
      .update(slots)
      .set({ endedAt: c.now })
      .where(and(eq(slots.componentId, row.id), isNull(slots.endedAt)))
      .returning({ id: slots.id });
    await c.db.update(components).set({ retiredAt: c.now }).where(eq(components.id, row.id));
    c.audit({
      action: "component.retired",
      subject: subjectOf(row),
      after: { slots: ended.length },
      ...(reason ? { reason } : {}),
    });
    c.announce({ topic: "catalog", id: row.id, productId: row.productId });
  });
}

async function componentFor(ctx: Context, componentId: string) {
  const [row] = await ctx.db.select().from(components).where(eq(components.id, componentId));
  if (!row) throw notFound("component");
  demand(ctx.actor, "catalog.edit", row, READ);
  return row;
}

function subjectOf(row: typeof components.$inferSelect) {
  return { type: "component", id: row.id, label: row.name, productId: row.productId };
}
