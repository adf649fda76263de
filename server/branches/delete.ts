import { and, desc, eq, isNull, notInArray, or } from "drizzle-orm";
import { branchDeletions, branches, promotions, pullRequests, repositories } from "@/db/schema";
import { KEPT_DAYS, whyNotDeleted } from "@/domain/branches/deletion";
import { DeleteBranch, RestoreBranch } from "@/domain/branches/input";
import { isAcceptableRef } from "@/domain/branches/naming";
import { conflict, DomainError, forbidden, notFound } from "@/domain/errors";
import { parseSha, ZERO_SHA } from "@/domain/git/sha";
import type { PersonActor } from "@/domain/people/actor";
import { can } from "@/domain/permissions";
import { ENDED_STATES } from "@/domain/promotions/status";
import { type Change, change } from "../audit/change";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { failpoint } from "../failpoints";
import { GitError } from "../git/error";
import { type RefOutcome, resolveRef, transactRefs } from "../git/refs";
import { asPerson } from "../promotions/as-person";
import { repositoryDirectory } from "../repositories/location";
import { withReadingLock } from "../repositories/reading-lock";
import { branchSubject, type DeletionRow, keptRef, settleDeletion } from "./settle-deletions";

type BranchRow = typeof branches.$inferSelect;
type Repository = typeof repositories.$inferSelect;
type Found = { branch: BranchRow; repository: Repository };

/** If the process dies after the intent, a reading settles what became of it. */
const HEAL_AFTER_MS = 15_000;

/**
 * Intent, effect, read-back: the deletion is written down, git moves the branch's commit to a ref of Clearway's own in
 * one transaction that pins the head that was seen, and the row follows what git then says.
 */
export async function deleteBranch(ctx: Context, given: DeleteBranch) {
  const input = DeleteBranch.parse(given);
  const person = asPerson(ctx);
  const { branch, repository } = await readBranch(ctx, input.branchId);
  if (branch.deletedAt) throw conflict(`${branch.name} is deleted already.`);
  if (branch.headSha !== input.headSha) throw movedOn(branch.name);
  const deletion = await change(ctx, (c) => intendDeletion(c, person, { branch, repository }));
  failpoint("branch-intended");
  const settled = await withReadingLock(ctx.db, repository.id, async () => {
    const directory = repositoryDirectory(ctx, repository);
    const ref = `refs/heads/${deletion.name}`;
    const sha = parseSha(deletion.headSha);
    await effect(() =>
      transactRefs(directory, [
        { ref: keptRef(deletion.id), from: ZERO_SHA, to: sha },
        { ref, from: sha, to: ZERO_SHA },
      ]),
    );
    failpoint("branch-deleted");
    return settleDeletion(ctx, repository, deletion.id, { isOver: true });
  });
  if (settled?.state !== "deleted") {
    const now = await resolveRef(repositoryDirectory(ctx, repository), `refs/heads/${deletion.name}`);
    throw now === deletion.headSha ? conflict(settled?.refusedReason ?? NOT_DONE) : movedOn(deletion.name);
  }
  return { branchId: branch.id, name: branch.name, headSha: branch.headSha };
}

/** Back at the very commit, while nobody has taken the name. For whoever may delete branches here. */
export async function restoreBranch(ctx: Context, given: RestoreBranch) {
  const input = RestoreBranch.parse(given);
  const person = asPerson(ctx);
  const { branch, repository } = await readBranch(ctx, input.branchId);
  const deletion = await change(ctx, (c) => intendRestoring(c, person, { branch, repository }));
  failpoint("restore-intended");
  const settled = await withReadingLock(ctx.db, repository.id, async () => {
    const directory = repositoryDirectory(ctx, repository);
    const sha = parseSha(deletion.headSha);
    await effect(() =>
      transactRefs(directory, [
        { ref: `refs/heads/${deletion.name}`, from: ZERO_SHA, to: sha },
        { ref: keptRef(deletion.id), from: sha, to: ZERO_SHA },
      ]),
    );
    failpoint("branch-restored");
    return settleDeletion(ctx, repository, deletion.id, { isOver: true });
  });
  if (settled?.state !== "restored") throw taken(deletion.name);
  return { branchId: branch.id, name: branch.name, headSha: branch.headSha };
}

const NOT_DONE = "Git did not delete it. Nothing was changed; try again.";

/** What git refuses is seen by reading back; what it could not do at all is an error. */
async function effect(act: () => Promise<RefOutcome>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
  }
}

async function readBranch(ctx: Context, branchId: string): Promise<Found> {
  const [found] = await ctx.db
    .select({ branch: branches, repository: repositories })
    .from(branches)
    .innerJoin(repositories, eq(repositories.id, branches.repositoryId))
    .where(eq(branches.id, branchId));
  if (!found) throw notFound("branch");
  demand(ctx.actor, "branches.delete", found.repository, { noun: "branch", read: "repositories.read" });
  return found;
}

async function intendDeletion(c: Change, person: PersonActor, found: Found): Promise<DeletionRow> {
  const { repository } = found;
  const [branch] = await c.db.select().from(branches).where(eq(branches.id, found.branch.id)).for("update");
  if (!branch || branch.deletedAt) throw conflict(`${found.branch.name} is deleted already.`);
  if (branch.headSha !== found.branch.headSha) throw movedOn(branch.name);
  await demandNoOpenDeletion(c, branch);
  const why = whyNotDeleted(
    {
      name: branch.name,
      kind: branch.kind,
      isMine: branch.lastPusherId === person.personId,
      isMerged: branch.ahead === 0,
      ...(await whatHoldsIt(c, branch)),
    },
    { mayDeleteAny: can(person, "branches.deleteAny", repository) },
  );
  if (why) throw refusal(why);
  const [row] = await c.db
    .insert(branchDeletions)
    .values({
      branchId: branch.id,
      repositoryId: repository.id,
      name: branch.name,
      headSha: branch.headSha,
      requestedById: person.personId,
      createdAt: c.now,
      updatedAt: c.now,
    })
    .returning();
  if (!row) throw new Error("insert returned no row");
  c.audit({
    action: "branch.deletion_requested",
    subject: branchSubject(repository, row),
    after: { headSha: row.headSha },
  });
  await heal(c, row);
  return row;
}

async function intendRestoring(c: Change, person: PersonActor, found: Found): Promise<DeletionRow> {
  const { branch, repository } = found;
  const [deletion] = await c.db
    .select()
    .from(branchDeletions)
    .where(eq(branchDeletions.branchId, branch.id))
    .orderBy(desc(branchDeletions.createdAt), desc(branchDeletions.id))
    .limit(1)
    .for("update");
  if (deletion?.state === "restoring") throw conflict(`${branch.name} is being restored already.`);
  if (deletion?.state !== "deleted") {
    throw conflict(
      branch.deletedAt
        ? `${branch.name} was deleted with git, so Clearway did not keep it. Push its commit again.`
        : `${branch.name} is there: nothing is left to restore.`,
    );
  }
  if (c.now.getTime() - deletion.createdAt.getTime() > KEPT_DAYS * 86_400_000) {
    throw new DomainError("TOO_LATE", `${branch.name} was deleted more than ${KEPT_DAYS} days ago.`);
  }
  const [standing] = await c.db
    .select({ id: branches.id })
    .from(branches)
    .where(
      and(
        eq(branches.repositoryId, repository.id),
        eq(branches.name, branch.name),
        isNull(branches.deletedAt),
      ),
    );
  if (standing || !isAcceptableRef(`refs/heads/${branch.name}`)) throw taken(branch.name);
  const [row] = await c.db
    .update(branchDeletions)
    .set({ state: "restoring", restoredById: person.personId, updatedAt: c.now })
    .where(eq(branchDeletions.id, deletion.id))
    .returning();
  if (!row) throw notFound("branch");
  c.audit({
    action: "branch.restoring_requested",
    subject: branchSubject(repository, row),
    after: { headSha: row.headSha },
  });
  await heal(c, row);
  return row;
}

async function demandNoOpenDeletion(c: Change, branch: BranchRow): Promise<void> {
  const [open] = await c.db
    .select({ id: branchDeletions.id })
    .from(branchDeletions)
    .where(
      and(
        eq(branchDeletions.branchId, branch.id),
        or(eq(branchDeletions.state, "requested"), eq(branchDeletions.state, "restoring")),
      ),
    );
  if (open) throw conflict(`${branch.name} is being deleted already.`);
}

/** The pull request and the promotion, of those that have not ended, that come from it or go into it. */
async function whatHoldsIt(c: Change, branch: BranchRow) {
  const [pullRequest] = await c.db
    .select({ number: pullRequests.number })
    .from(pullRequests)
    .where(
      and(
        eq(pullRequests.repositoryId, branch.repositoryId),
        eq(pullRequests.state, "open"),
        or(eq(pullRequests.sourceBranch, branch.name), eq(pullRequests.targetBranch, branch.name)),
      ),
    )
    .orderBy(desc(pullRequests.number))
    .limit(1);
  const [promotion] = await c.db
    .select({ number: promotions.number })
    .from(promotions)
    .where(
      and(
        eq(promotions.repositoryId, branch.repositoryId),
        notInArray(promotions.state, [...ENDED_STATES]),
        or(eq(promotions.sourceBranch, branch.name), eq(promotions.targetBranch, branch.name)),
      ),
    )
    .orderBy(desc(promotions.number))
    .limit(1);
  return { openPullRequest: pullRequest?.number ?? null, openPromotion: promotion?.number ?? null };
}

async function heal(c: Change, { id, repositoryId }: DeletionRow): Promise<void> {
  const runAt = new Date(c.now.getTime() + HEAL_AFTER_MS);
  await c.enqueue("repositories.read", { repositoryId }, { runAt, key: `branches.heal:${id}` });
}

function refusal(why: string): DomainError {
  return /last pushed by somebody else/.test(why) ? forbidden(why) : conflict(why);
}

function movedOn(name: string): DomainError {
  return new DomainError("STALE_SUBJECT", `Somebody pushed to ${name} meanwhile. Look at it again.`);
}

function taken(name: string): DomainError {
  return conflict(`There is a branch ${name} again, or one in its place: nothing was restored over it.`);
}
