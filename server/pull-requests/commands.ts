import { and, desc, eq, inArray, sql } from "drizzle-orm";
import {
  branchDeletions,
  branches,
  commits,
  pullRequests,
  pullRequestViews,
  repositories,
} from "@/db/schema";
import { classifyBranch, isAcceptableRef } from "@/domain/branches/naming";
import { conflict, DomainError, forbidden, invalid, notFound } from "@/domain/errors";
import { parseSha, type Sha } from "@/domain/git/sha";
import { can } from "@/domain/permissions";
import { ENDED_STATES, isIn, WAITING_STATES } from "@/domain/promotions/status";
import {
  type ClosePullRequest,
  type MarkSeen,
  OpenPullRequest,
  type PullRequestByNumber,
} from "@/domain/pull-requests/input";
import { whyNotMerged } from "@/domain/pull-requests/rules";
import { type Change, change } from "../audit/change";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { isAncestor, mergeBase } from "../git/history";
import { resolveRef } from "../git/refs";
import { type PolicyRow, policyForBranch } from "../policies/queries";
import { asPerson } from "../promotions/as-person";
import { cancelWaiting, describe } from "../promotions/commands";
import { readContributors } from "../promotions/contributors";
import { createPromotion, type Subject, supersedeOlder } from "../promotions/create";
import { lockPromotion, type PromotionRow } from "../promotions/rows";
import { repositoryDirectory } from "../repositories/location";
import {
  latestPromotionId,
  lockPullRequest,
  type PullRequestRow,
  pullRequestSubject,
  readPullRequest,
} from "./rows";

const READ = { noun: "pull request", read: "pullRequests.read" } as const;
type Branches = { sourceBranch: string; targetBranch: string };
type MergeRequest = { policy: PolicyRow; subject: Subject; headSha: Sha; baseSha: Sha };

/** The pull request and the promotion that decides it, at its gates. */
export async function openPullRequest(ctx: Context, given: OpenPullRequest) {
  const input = OpenPullRequest.parse(given);
  const person = asPerson(ctx);
  const [repository] = await ctx.db
    .select()
    .from(repositories)
    .where(eq(repositories.key, input.repositoryKey));
  if (!repository) throw notFound("repository");
  demand(ctx.actor, "pullRequests.open", repository, { noun: "repository", read: "repositories.read" });
  demandMergeable(ctx, repository.productId, input);
  const request = await prepareMerge(ctx, repository, input);
  return change(ctx, async (c) => {
    await keepBranches(c, repository.id, input);
    const [row] = await c.db
      .insert(pullRequests)
      .values({
        repositoryId: repository.id,
        productId: repository.productId,
        sourceBranch: input.sourceBranch,
        targetBranch: input.targetBranch,
        title: input.title,
        description: input.description,
        authorId: person.personId,
        headSha: request.headSha,
        baseSha: request.baseSha,
        createdAt: c.now,
        updatedAt: c.now,
      })
      .returning();
    if (!row) throw new Error("insert returned no row");
    c.audit({
      action: "pull_request.opened",
      subject: pullRequestSubject(row),
      after: {
        repository: repository.key,
        sourceBranch: row.sourceBranch,
        targetBranch: row.targetBranch,
        headSha: row.headSha,
      },
    });
    const promotion = await requestMerge(c, row, request, person.personId);
    return toAnswer(row, promotion);
  });
}

/** A new promotion for an open pull request whose last one has ended without merging. */
export async function requestAgain(ctx: Context, { number }: PullRequestByNumber) {
  const person = asPerson(ctx);
  const found = await readPullRequest(ctx.db, number);
  demand(ctx.actor, "pullRequests.open", found, READ);
  demandMergeable(ctx, found.productId, found);
  demandOpen(found);
  const [repository] = await ctx.db
    .select()
    .from(repositories)
    .where(eq(repositories.id, found.repositoryId));
  if (!repository) throw notFound("repository");
  const request = await prepareMerge(ctx, repository, found);
  return change(ctx, async (c) => {
    const last = await latestPromotionId(c.db, found.id);
    const promotion = last ? await lockPromotion(c.db, last) : null;
    const row = await lockPullRequest(c.db, found.id);
    demandOpen(row);
    if (promotion && !isIn(promotion.state, ENDED_STATES)) {
      throw conflict(`Its merge has been asked for already: ${describe(promotion)}.`);
    }
    const [current] = await c.db
      .update(pullRequests)
      .set({ headSha: request.headSha, baseSha: request.baseSha, updatedAt: c.now })
      .where(eq(pullRequests.id, row.id))
      .returning();
    if (!current) throw notFound("pull request");
    return toAnswer(current, await requestMerge(c, current, request, person.personId));
  });
}

/** By its author, or a tech lead. Its waiting promotion ends with it. */
export async function closePullRequest(ctx: Context, input: ClosePullRequest) {
  const person = asPerson(ctx);
  const found = await readPullRequest(ctx.db, input.number);
  demand(ctx.actor, "pullRequests.close", found, READ);
  if (found.authorId !== person.personId && !can(ctx.actor, "promotions.resolve", found)) {
    throw forbidden("Only its author or a tech lead can close a pull request.");
  }
  return change(ctx, async (c) => {
    const last = await latestPromotionId(c.db, found.id);
    const promotion = last ? await lockPromotion(c.db, last) : null;
    const row = await lockPullRequest(c.db, found.id);
    demandOpen(row);
    if (promotion && isIn(promotion.state, WAITING_STATES)) {
      await cancelWaiting(c, [promotion], `${person.name} closed the pull request.`);
    } else if (promotion && !isIn(promotion.state, ENDED_STATES)) {
      throw new DomainError("TOO_LATE", `It is too late to close it: ${describe(promotion)}.`);
    }
    await c.db
      .update(pullRequests)
      .set({ state: "closed", updatedAt: c.now, endedAt: c.now })
      .where(eq(pullRequests.id, row.id));
    c.audit({
      action: "pull_request.closed",
      subject: pullRequestSubject(row),
      before: { state: row.state },
      after: { state: "closed" },
      reason: input.reason || undefined,
    });
    c.announce({ topic: "pullRequests", id: row.id, productId: row.productId });
    return { number: row.number, state: "closed" as const };
  });
}

/** What "since I last looked" is measured from. A head that nobody ever pushed is refused. */
export async function markSeen(ctx: Context, input: MarkSeen) {
  const person = asPerson(ctx);
  const [row] = await ctx.db
    .select({
      id: pullRequests.id,
      productId: pullRequests.productId,
      headSha: pullRequests.headSha,
      repositoryId: pullRequests.repositoryId,
    })
    .from(pullRequests)
    .where(eq(pullRequests.id, input.pullRequestId));
  if (!row || !can(ctx.actor, "pullRequests.read", row)) throw notFound("pull request");
  if (row.headSha !== input.headSha) {
    const [known] = await ctx.db
      .select({ sha: commits.sha })
      .from(commits)
      .where(and(eq(commits.repositoryId, row.repositoryId), eq(commits.sha, input.headSha)));
    if (!known) throw invalid("This commit is not one of the repository's.");
  }
  const seenAt = sql`clearway_now()`;
  await ctx.db
    .insert(pullRequestViews)
    .values({ pullRequestId: row.id, personId: person.personId, headSha: input.headSha })
    .onConflictDoUpdate({
      target: [pullRequestViews.pullRequestId, pullRequestViews.personId],
      set: { headSha: input.headSha, seenAt },
    });
  return { pullRequestId: row.id, headSha: input.headSha };
}

/** What git says now of the two branches, and the policy that decides. Refuses what can never be merged. */
async function prepareMerge(
  ctx: Context,
  repository: typeof repositories.$inferSelect,
  { sourceBranch, targetBranch }: Branches,
): Promise<MergeRequest> {
  const policy = await policyForBranch(ctx.db, targetBranch);
  if (!policy) {
    throw new DomainError(
      "ENVIRONMENT_CLOSED",
      `Nothing merges into ${targetBranch}: no policy is bound to branches of this kind.`,
    );
  }
  const directory = repositoryDirectory(ctx, repository);
  const [headSha, targetSha] = await Promise.all([
    headOf(directory, sourceBranch),
    headOf(directory, targetBranch),
  ]);
  const baseSha = await mergeBase(directory, headSha, targetSha);
  if (!baseSha) throw invalid(`${sourceBranch} and ${targetBranch} have no history in common.`);
  if (await isAncestor(directory, headSha, targetSha)) {
    throw new DomainError("NOTHING_TO_MERGE", `${targetBranch} has every commit of ${sourceBranch} already.`);
  }
  const people = await readContributors(ctx.db, directory, repository.id, {
    include: [headSha],
    exclude: [targetSha],
  });
  const subject: Subject = {
    sourceSha: headSha,
    boundTargetSha: policy.rules.onTargetMoved === "revote" ? targetSha : null,
    releaseDigest: null,
    contributors: people.known,
    unknownContributors: people.unknown,
  };
  return { policy, subject, headSha, baseSha };
}

/**
 * Whoever deletes one of the two at this moment waits, and then finds the pull request; or was first, and is found here.
 * A branch that was pushed a moment ago may have no row yet.
 */
async function keepBranches(
  c: Change,
  repositoryId: string,
  { sourceBranch, targetBranch }: Branches,
): Promise<void> {
  const names = [sourceBranch, targetBranch];
  const rows = await c.db
    .select({ name: branches.name, deletedAt: branches.deletedAt })
    .from(branches)
    .where(and(eq(branches.repositoryId, repositoryId), inArray(branches.name, names)))
    .orderBy(branches.id)
    .for("share");
  const standing = new Set(rows.filter(({ deletedAt }) => deletedAt === null).map(({ name }) => name));
  for (const name of names) {
    const [last] = await c.db
      .select({ state: branchDeletions.state })
      .from(branchDeletions)
      .where(and(eq(branchDeletions.repositoryId, repositoryId), eq(branchDeletions.name, name)))
      .orderBy(desc(branchDeletions.createdAt), desc(branchDeletions.id))
      .limit(1);
    if (last?.state === "requested") throw conflict(`${name} is being deleted.`);
    if (last?.state === "deleted" && !standing.has(name)) {
      throw conflict(`${name} was deleted. If somebody has pushed it again, try again in a moment.`);
    }
  }
}

async function headOf(directory: string, branch: string): Promise<Sha> {
  const ref = `refs/heads/${branch}`;
  const sha = isAcceptableRef(ref) ? await resolveRef(directory, ref) : null;
  if (!sha) throw invalid(`There is no branch ${branch} to merge.`);
  return parseSha(sha);
}

async function requestMerge(
  c: Change,
  row: PullRequestRow,
  request: MergeRequest,
  requestedById: string,
): Promise<PromotionRow> {
  const promotion = await createPromotion(
    c,
    {
      kind: "merge",
      title: row.title,
      productId: row.productId,
      repositoryId: row.repositoryId,
      pullRequestId: row.id,
      sourceBranch: row.sourceBranch,
      targetBranch: row.targetBranch,
      requestedById,
    },
    request.policy,
    {
      ...request.subject,
      contributors: [{ personId: row.authorId, why: "opened" }, ...request.subject.contributors],
    },
  );
  await supersedeOlder(c, promotion, "asks for the same merge anew");
  return promotion;
}

/** By the kinds of the two branches. What goes to master goes on to production: asking for it is a tech lead's act. */
function demandMergeable(ctx: Context, productId: string, { sourceBranch, targetBranch }: Branches): void {
  const why = whyNotMerged(sourceBranch, targetBranch);
  if (why) throw invalid(why);
  if (classifyBranch(targetBranch).kind !== "master") return;
  if (can(ctx.actor, "promotions.requestProduction", { productId })) return;
  throw forbidden(`Only a tech lead asks for a merge into ${targetBranch}.`);
}

function demandOpen(row: PullRequestRow): void {
  if (row.state !== "open") throw conflict(`This pull request is ${row.state} already.`);
}

function toAnswer(row: PullRequestRow, promotion: PromotionRow) {
  return {
    id: row.id,
    number: row.number,
    promotion: { id: promotion.id, number: promotion.number, state: promotion.state },
  };
}
