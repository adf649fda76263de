import { and, asc, desc, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import {
  branches,
  commits,
  people,
  pipelineRuns,
  promotions,
  pullRequests,
  repositories,
  workItems,
} from "@/db/schema";
import type { ListBranches } from "@/domain/branches/input";
import { isProtected } from "@/domain/branches/naming";
import { notFound } from "@/domain/errors";
import { inScope } from "../auth/scope";
import type { Context } from "../context";

/** The branches that a repository has now, by name, a page at a time. */
export async function listBranches(ctx: Context, input: ListBranches) {
  const [repository] = await ctx.db
    .select({ id: repositories.id })
    .from(repositories)
    .where(
      and(
        eq(repositories.key, input.repositoryKey),
        inScope(ctx.actor, "repositories.read", { productId: repositories.productId }),
      ),
    );
  if (!repository) throw notFound("repository");
  const run = latestRun(ctx);
  const pullRequest = openPullRequest(ctx);
  const rows = await ctx.db
    .select({
      id: branches.id,
      name: branches.name,
      kind: branches.kind,
      headSha: branches.headSha,
      baseName: branches.baseName,
      ahead: branches.ahead,
      behind: branches.behind,
      sprintKey: branches.sprintKey,
      workItemKey: branches.workItemKey,
      workItemTitle: workItems.title,
      isNameValid: branches.isNameValid,
      lastCommitAt: branches.lastCommitAt,
      lastCommitSubject: branches.lastCommitSubject,
      lastCommitAuthorName: branches.lastCommitAuthorName,
      lastPusherName: people.name,
      runId: run.id,
      runNumber: run.number,
      runState: run.state,
      pullRequestNumber: pullRequest.number,
      pullRequestTitle: pullRequest.title,
      pullRequestTarget: pullRequest.targetBranch,
      promotionState: pullRequest.promotionState,
      promotionOutcomeCode: pullRequest.promotionOutcomeCode,
    })
    .from(branches)
    .leftJoin(people, eq(people.id, branches.lastPusherId))
    .leftJoin(
      workItems,
      and(
        eq(workItems.key, branches.workItemKey),
        inScope(ctx.actor, "workItems.read", { productId: workItems.productId }),
      ),
    )
    .leftJoinLateral(run, sql`true`)
    .leftJoinLateral(pullRequest, sql`true`)
    .where(
      and(
        eq(branches.repositoryId, repository.id),
        isNull(branches.deletedAt),
        input.kinds && input.kinds.length > 0 ? inArray(branches.kind, input.kinds) : undefined,
        input.after === undefined ? undefined : gt(branches.name, input.after),
      ),
    )
    .orderBy(asc(branches.name))
    .limit(input.limit + 1);
  const items = rows.slice(0, input.limit).map((row) => ({
    id: row.id,
    name: row.name,
    kind: row.kind,
    isProtected: isProtected(row.kind),
    isNameValid: row.isNameValid,
    headSha: row.headSha,
    baseName: row.baseName,
    ahead: row.ahead,
    behind: row.behind,
    sprintKey: row.sprintKey,
    /** Its title is null where Clearway does not know the work item that the name holds. */
    workItem: row.workItemKey ? { key: row.workItemKey, title: row.workItemTitle } : null,
    lastCommitAt: row.lastCommitAt,
    lastCommitSubject: row.lastCommitSubject,
    lastCommitAuthorName: row.lastCommitAuthorName,
    lastPusherName: row.lastPusherName,
    run:
      row.runId && row.runNumber && row.runState
        ? { id: row.runId, number: row.runNumber, state: row.runState }
        : null,
    pullRequest: row.pullRequestNumber
      ? {
          number: row.pullRequestNumber,
          title: row.pullRequestTitle ?? "",
          targetBranch: row.pullRequestTarget ?? "",
          promotionState: row.promotionState,
          isBlocked: row.promotionOutcomeCode !== null,
        }
      : null,
  }));
  return { items, next: rows.length > input.limit ? (items.at(-1)?.name ?? null) : null };
}

/** The last run of the tree that the branch's head has, whichever commit of that tree it was started for. */
function latestRun(ctx: Context) {
  return ctx.db
    .select({ id: pipelineRuns.id, number: pipelineRuns.number, state: pipelineRuns.state })
    .from(commits)
    .innerJoin(
      pipelineRuns,
      and(eq(pipelineRuns.repositoryId, commits.repositoryId), eq(pipelineRuns.treeOid, commits.treeOid)),
    )
    .where(and(eq(commits.repositoryId, branches.repositoryId), eq(commits.sha, branches.headSha)))
    .orderBy(desc(pipelineRuns.number))
    .limit(1)
    .as("run");
}

function openPullRequest(ctx: Context) {
  return ctx.db
    .select({
      number: pullRequests.number,
      title: pullRequests.title,
      targetBranch: pullRequests.targetBranch,
      promotionState: promotions.state,
      promotionOutcomeCode: promotions.outcomeCode,
    })
    .from(pullRequests)
    .leftJoin(promotions, eq(promotions.pullRequestId, pullRequests.id))
    .where(
      and(
        eq(pullRequests.repositoryId, branches.repositoryId),
        eq(pullRequests.sourceBranch, branches.name),
        eq(pullRequests.state, "open"),
        inScope(ctx.actor, "pullRequests.read", { productId: pullRequests.productId }),
      ),
    )
    .orderBy(desc(pullRequests.number), sql`${promotions.number} desc nulls last`)
    .limit(1)
    .as("pull_request");
}
