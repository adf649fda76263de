import { randomUUID } from "node:crypto";
import { and, eq, inArray, sql } from "drizzle-orm";
import {
  branches,
  commits,
  commitWorkItems,
  promotions,
  pullRequests,
  pushes,
  type repositories,
} from "@/db/schema";
import { workItemKeysIn } from "@/domain/branches/naming";
import type { GitCommit } from "@/domain/git/commit";
import { ZERO_SHA } from "@/domain/git/sha";
import { WAITING_STATES } from "@/domain/promotions/status";
import type { Change } from "../audit/change";
import type { MeasuredBranch, MovedPullRequest } from "./gather";
import type { KnownBranch } from "./plan-reading";
import type { Pusher } from "./take-pushes";

type Repository = typeof repositories.$inferSelect;
export type ReadingToWrite = {
  commits: readonly GitCommit[];
  branches: readonly MeasuredBranch[];
  gone: readonly KnownBranch[];
  pullRequests: readonly MovedPullRequest[];
  /** Rows whose pusher has become known since the move was read. */
  repushed: readonly { id: string; name: string; personId: string }[];
  pushers: ReadonlyMap<string, Pusher>;
  passedRunIds: readonly string[];
};

const ROWS_AT_ONCE = 500;
/** More of a message is in git; the database is for finding and showing. */
const MAX_BODY = 8_000;

/** What a reading found, in one transaction with everything that follows from it. */
export async function writeReading(
  c: Change,
  repository: Repository,
  reading: ReadingToWrite,
): Promise<void> {
  await writeCommits(c, repository.id, reading.commits);
  await writeBranches(c, repository.id, reading);
  await notePushes(c, repository.id, reading);
  for (const found of reading.pullRequests) await movePullRequest(c, repository, found);
  const touched = [
    ...reading.branches.filter((branch) => branch.isMoved).map((branch) => branch.name),
    ...reading.gone.map((branch) => branch.name),
    ...reading.repushed.map((branch) => branch.name),
  ];
  await wakePromotions(c, repository.id, touched);
  for (const runId of reading.passedRunIds) await c.enqueue("releases.seal", { runId });
  c.announce({ topic: "branches", id: repository.id, productId: repository.productId });
}

async function writeCommits(c: Change, repositoryId: string, found: readonly GitCommit[]): Promise<void> {
  const rows = found.map((commit) => ({
    repositoryId,
    sha: commit.sha,
    treeOid: commit.tree,
    parents: [...commit.parents],
    authorName: commit.authorName,
    authorEmail: commit.authorEmail,
    authoredAt: commit.authoredAt,
    committerName: commit.committerName,
    committerEmail: commit.committerEmail,
    committedAt: commit.committedAt,
    subject: commit.subject,
    body: commit.body.slice(0, MAX_BODY).toWellFormed(),
    coAuthors: [...commit.coAuthors],
  }));
  const keys = found.flatMap((commit) =>
    workItemKeysIn(`${commit.subject}\n${commit.body}`).map((workItemKey) => ({
      repositoryId,
      sha: commit.sha,
      workItemKey,
    })),
  );
  for (const some of chunks(rows)) await c.db.insert(commits).values(some).onConflictDoNothing();
  for (const some of chunks(keys)) await c.db.insert(commitWorkItems).values(some).onConflictDoNothing();
}

async function writeBranches(c: Change, repositoryId: string, reading: ReadingToWrite): Promise<void> {
  const fresh: (typeof branches.$inferInsert)[] = [];
  for (const branch of reading.branches) {
    const values = {
      headSha: branch.sha,
      headTreeOid: branch.head.treeOid,
      baseName: branch.baseName,
      baseSha: branch.baseSha,
      ahead: branch.ahead,
      behind: branch.behind,
      updatedAt: c.now,
      ...(branch.isMoved
        ? {
            lastCommitAt: branch.head.committedAt,
            lastCommitSubject: branch.head.subject,
            lastCommitAuthorName: branch.head.authorName,
            lastPusherId: pusherOf(branch, reading.pushers),
          }
        : {}),
    };
    if (branch.known) {
      await c.db.update(branches).set(values).where(eq(branches.id, branch.known.id));
      continue;
    }
    fresh.push({
      ...values,
      repositoryId,
      name: branch.name,
      kind: branch.kind,
      sprintKey: branch.sprintKey,
      workItemKey: branch.workItemKey,
      isNameValid: branch.kind !== "other",
      lastCommitAt: branch.head.committedAt,
      lastCommitSubject: branch.head.subject,
      lastCommitAuthorName: branch.head.authorName,
      createdAt: c.now,
    });
  }
  for (const some of chunks(fresh)) await c.db.insert(branches).values(some);
  for (const one of reading.repushed) {
    await c.db
      .update(branches)
      .set({ lastPusherId: one.personId, updatedAt: c.now })
      .where(eq(branches.id, one.id));
  }
  if (reading.gone.length === 0) return;
  await c.db
    .update(branches)
    .set({ deletedAt: c.now, updatedAt: c.now })
    .where(
      inArray(
        branches.id,
        reading.gone.map((row) => row.id),
      ),
    );
}

function pusherOf(branch: MeasuredBranch, pushers: ReadonlyMap<string, Pusher>): string | null {
  return pushers.get(`refs/heads/${branch.name} ${branch.sha}`)?.personId ?? null;
}

/** A move without a note by the hook: Clearway's own merge, or a way past it. Nobody is its pusher. */
async function notePushes(c: Change, repositoryId: string, reading: ReadingToWrite): Promise<void> {
  const rows = reading.branches
    .filter((branch) => branch.isMoved && !reading.pushers.has(`refs/heads/${branch.name} ${branch.sha}`))
    .map((branch) => ({
      repositoryId,
      personId: null,
      pushKey: `read-${randomUUID()}`,
      ref: `refs/heads/${branch.name}`,
      oldSha: branch.known?.headSha ?? ZERO_SHA,
      newSha: branch.sha,
      pushedAt: c.now,
    }));
  for (const some of chunks(rows)) await c.db.insert(pushes).values(some);
}

async function movePullRequest(c: Change, repository: Repository, found: MovedPullRequest): Promise<void> {
  const moved = await c.db
    .update(pullRequests)
    .set({ ...found.after, updatedAt: c.now })
    .where(and(eq(pullRequests.id, found.id), eq(pullRequests.state, "open")))
    .returning({ id: pullRequests.id });
  if (moved.length === 0) return;
  const { productId } = repository;
  c.audit({
    action: "pull_request.moved",
    subject: { type: "pull_request", id: found.id, label: `#${found.number} ${found.title}`, productId },
    before: found.before,
    after: found.after,
  });
  c.announce({ topic: "pullRequests", id: found.id, productId });
}

/** Whoever waits for a decision on these branches looks again at what it would decide on. */
async function wakePromotions(c: Change, repositoryId: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const touched = sql`(select jsonb_array_elements_text(${JSON.stringify(names)}::jsonb))`;
  const waiting = await c.db
    .select({ id: promotions.id })
    .from(promotions)
    .where(
      and(
        eq(promotions.repositoryId, repositoryId),
        inArray(promotions.state, [...WAITING_STATES]),
        sql`(${promotions.sourceBranch} in ${touched} or ${promotions.targetBranch} in ${touched})`,
      ),
    );
  for (const { id } of waiting) {
    await c.enqueue("promotions.evaluate", { promotionId: id }, { priority: -10 });
  }
}

function* chunks<T>(rows: readonly T[]): Generator<T[]> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) yield rows.slice(at, at + ROWS_AT_ONCE);
}
