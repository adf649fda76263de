import { and, eq, inArray, isNull } from "drizzle-orm";
import { branchDeletions, branches, people, pushes, type repositories } from "@/db/schema";
import { parseSha, ZERO_SHA } from "@/domain/git/sha";
import { type Actor, systemActor } from "@/domain/people/actor";
import { type Change, change } from "../audit/change";
import type { Context } from "../context";
import { resolveRef } from "../git/refs";
import { repositoryDirectory } from "../repositories/location";

type Repository = typeof repositories.$inferSelect;
export type DeletionRow = typeof branchDeletions.$inferSelect;

/** Whoever asked for it is trusted to be on it for so long; afterwards what git did not do is taken as not done. */
const PATIENCE_MS = 10_000;

/** Where the commit of a deleted branch is kept. */
export function keptRef(deletionId: string): string {
  return `refs/clearway/deleted/${deletionId}`;
}

export function branchSubject(
  repository: Repository,
  { branchId, name }: Pick<DeletionRow, "branchId" | "name">,
) {
  const label = `${repository.key} ${name}`;
  return { type: "branch", id: branchId, label, productId: repository.productId };
}

/** Part of every reading: what a killed process has begun is brought to what git says. Under the reading lock. */
export async function settleDeletions(ctx: Context, repository: Repository): Promise<void> {
  const open = await ctx.db
    .select({ id: branchDeletions.id })
    .from(branchDeletions)
    .where(
      and(
        eq(branchDeletions.repositoryId, repository.id),
        inArray(branchDeletions.state, ["requested", "restoring"]),
      ),
    );
  for (const { id } of open) await settleDeletion(ctx, repository, id, { isOver: false });
}

/**
 * Writes down what git says of one deletion or restoration, in the name of whoever asked. `isOver`: its effect has been
 * tried, so what is not done is refused; otherwise it is left alone while its process may still be on it.
 */
export async function settleDeletion(
  ctx: Context,
  repository: Repository,
  deletionId: string,
  { isOver }: { isOver: boolean },
): Promise<DeletionRow | null> {
  const [row] = await ctx.db.select().from(branchDeletions).where(eq(branchDeletions.id, deletionId));
  if (!row) return null;
  const directory = repositoryDirectory(ctx, repository);
  const [head, kept] = await Promise.all([
    resolveRef(directory, `refs/heads/${row.name}`),
    resolveRef(directory, keptRef(row.id)),
  ]);
  const actor = await actorOf(ctx, row);
  return change({ ...ctx, actor }, async (c) => {
    const [locked] = await c.db
      .select()
      .from(branchDeletions)
      .where(eq(branchDeletions.id, deletionId))
      .for("update");
    if (!locked || locked.state !== row.state) return locked ?? null;
    // Both refs moved in one git transaction: where the commit is kept says on which side of it we are.
    const isPatient = !isOver && c.now.getTime() - locked.updatedAt.getTime() < PATIENCE_MS;
    if (locked.state === "requested") {
      if (kept === locked.headSha) return confirmDeleted(c, repository, locked);
      return isPatient ? locked : refuse(c, repository, locked, head);
    }
    if (locked.state === "restoring") {
      if (kept === null) return confirmRestored(c, repository, locked);
      return isPatient ? locked : notRestored(c, repository, locked);
    }
    return locked;
  });
}

async function confirmDeleted(c: Change, repository: Repository, row: DeletionRow): Promise<DeletionRow> {
  const deleted = await move(c, row, { state: "deleted" });
  await c.db
    .update(branches)
    .set({ deletedAt: c.now, updatedAt: c.now })
    .where(and(eq(branches.id, row.branchId), isNull(branches.deletedAt)));
  await c.db
    .insert(pushes)
    .values({
      repositoryId: repository.id,
      personId: row.requestedById,
      pushKey: `deletion-${row.id}`,
      ref: `refs/heads/${row.name}`,
      oldSha: row.headSha,
      newSha: ZERO_SHA,
      pushedAt: c.now,
    })
    .onConflictDoNothing();
  c.audit({
    action: "branch.deleted",
    subject: branchSubject(repository, row),
    before: { headSha: row.headSha },
    after: { keptAs: keptRef(row.id) },
  });
  announce(c, repository);
  return deleted;
}

async function refuse(
  c: Change,
  repository: Repository,
  row: DeletionRow,
  head: string | null,
): Promise<DeletionRow> {
  const refusedReason =
    head === row.headSha ? "Git did not delete it. Nothing was changed." : "Somebody pushed to it meanwhile.";
  const refused = await move(c, row, { state: "refused", refusedReason });
  c.audit({
    action: "branch.deletion_refused",
    subject: branchSubject(repository, row),
    after: { headSha: head, reason: refusedReason },
  });
  announce(c, repository);
  return refused;
}

/** The same row stands again, with its history. A reading that found the branch first has made a newer one: that stays. */
async function confirmRestored(c: Change, repository: Repository, row: DeletionRow): Promise<DeletionRow> {
  const restored = await move(c, row, { state: "restored" });
  const [newer] = await c.db
    .select({ id: branches.id })
    .from(branches)
    .where(
      and(eq(branches.repositoryId, repository.id), eq(branches.name, row.name), isNull(branches.deletedAt)),
    );
  if (!newer) {
    await c.db
      .update(branches)
      .set({ deletedAt: null, updatedAt: c.now })
      .where(eq(branches.id, row.branchId));
  }
  c.audit({
    action: "branch.restored",
    subject: branchSubject(repository, row),
    after: { headSha: parseSha(row.headSha) },
  });
  announce(c, repository);
  await c.enqueue("repositories.read", { repositoryId: repository.id });
  return restored;
}

async function notRestored(c: Change, repository: Repository, row: DeletionRow): Promise<DeletionRow> {
  const back = await move(c, row, { state: "deleted" });
  c.audit({ action: "branch.restoring_refused", subject: branchSubject(repository, row) });
  announce(c, repository);
  return back;
}

async function move(
  c: Change,
  row: DeletionRow,
  set: { state: DeletionRow["state"]; refusedReason?: string },
): Promise<DeletionRow> {
  const [moved] = await c.db
    .update(branchDeletions)
    .set({ ...set, updatedAt: c.now })
    .where(eq(branchDeletions.id, row.id))
    .returning();
  if (!moved) throw new Error("update returned no row");
  return moved;
}

function announce(c: Change, repository: Repository): void {
  c.announce({ topic: "branches", id: repository.id, productId: repository.productId });
}

async function actorOf(ctx: Context, row: DeletionRow): Promise<Actor> {
  const personId = row.state === "restoring" ? (row.restoredById ?? row.requestedById) : row.requestedById;
  if (ctx.actor.kind === "person" && ctx.actor.personId === personId) return ctx.actor;
  const [person] = await ctx.db
    .select({ id: people.id, name: people.name, email: people.email })
    .from(people)
    .where(eq(people.id, personId));
  return person
    ? { kind: "person", personId: person.id, name: person.name, email: person.email, grants: [] }
    : systemActor("repositories.read");
}
