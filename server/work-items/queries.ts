import { and, asc, desc, eq, exists, gt, ilike, isNull, or, sql } from "drizzle-orm";
import {
  branches,
  commits,
  commitWorkItems,
  people,
  products,
  pullRequests,
  repositories,
  workItems,
} from "@/db/schema";
import { notFound } from "@/domain/errors";
import type { GetWorkItem, ListWorkItems } from "@/domain/work-items/input";
import { inScope } from "../auth/scope";
import type { Context } from "../context";
import { latestPromotion } from "../pull-requests/rows";
import { readWhereabouts } from "./whereabouts";

const NEWEST_COMMITS = 50;
const MAX_BRANCHES = 50;
const MAX_PULL_REQUESTS = 50;

/** By key, a page at a time. */
export async function listWorkItems(ctx: Context, input: ListWorkItems) {
  const rows = await ctx.db
    .select({
      id: workItems.id,
      key: workItems.key,
      type: workItems.type,
      title: workItems.title,
      state: workItems.state,
      product: { key: products.key, name: products.name },
    })
    .from(workItems)
    .innerJoin(products, eq(products.id, workItems.productId))
    .where(
      and(
        inScope(ctx.actor, "workItems.read", { productId: workItems.productId }),
        input.productKey ? eq(products.key, input.productKey) : undefined,
        input.state ? eq(workItems.state, input.state) : undefined,
        input.text
          ? or(ilike(workItems.key, containing(input.text)), ilike(workItems.title, containing(input.text)))
          : undefined,
        input.after ? gt(workItems.key, input.after) : undefined,
      ),
    )
    .orderBy(asc(workItems.key))
    .limit(input.limit + 1);
  const items = rows.slice(0, input.limit);
  return { items, next: rows.length > input.limit ? (items.at(-1)?.key ?? null) : null };
}

/** "Where is PAY-412?": its branches, pull requests, commits, the releases it is in and the slots that run them. */
export async function getWorkItem(ctx: Context, { key }: GetWorkItem) {
  const [item] = await ctx.db
    .select({
      id: workItems.id,
      key: workItems.key,
      type: workItems.type,
      title: workItems.title,
      state: workItems.state,
      createdAt: workItems.createdAt,
      product: { key: products.key, name: products.name },
    })
    .from(workItems)
    .innerJoin(products, eq(products.id, workItems.productId))
    .where(
      and(eq(workItems.key, key), inScope(ctx.actor, "workItems.read", { productId: workItems.productId })),
    );
  if (!item) throw notFound("work item");
  const [itsBranches, itsPullRequests, itsCommits, whereabouts] = await Promise.all([
    branchesOf(ctx, key),
    pullRequestsOf(ctx, key),
    commitsOf(ctx, key),
    readWhereabouts(ctx, key),
  ]);
  return {
    ...item,
    branches: itsBranches,
    pullRequests: itsPullRequests,
    commits: itsCommits,
    ...whereabouts,
  };
}

function branchesOf(ctx: Context, key: string) {
  return ctx.db
    .select({
      name: branches.name,
      kind: branches.kind,
      repositoryKey: repositories.key,
      headSha: branches.headSha,
      baseName: branches.baseName,
      ahead: branches.ahead,
      behind: branches.behind,
      lastCommitAt: branches.lastCommitAt,
    })
    .from(branches)
    .innerJoin(repositories, eq(repositories.id, branches.repositoryId))
    .where(
      and(
        eq(branches.workItemKey, key),
        isNull(branches.deletedAt),
        inScope(ctx.actor, "repositories.read", { productId: repositories.productId }),
      ),
    )
    .orderBy(asc(repositories.key), asc(branches.name))
    .limit(MAX_BRANCHES);
}

/** By the branch they come from, also when that has gone since, or because their title names the work item. */
async function pullRequestsOf(ctx: Context, key: string) {
  const promotion = latestPromotion(ctx.db);
  const rows = await ctx.db
    .select({
      number: pullRequests.number,
      title: pullRequests.title,
      state: pullRequests.state,
      sourceBranch: pullRequests.sourceBranch,
      targetBranch: pullRequests.targetBranch,
      repositoryKey: repositories.key,
      authorName: people.name,
      updatedAt: pullRequests.updatedAt,
      promotionId: promotion.id,
      promotionNumber: promotion.number,
      promotionState: promotion.state,
    })
    .from(pullRequests)
    .innerJoin(repositories, eq(repositories.id, pullRequests.repositoryId))
    .innerJoin(people, eq(people.id, pullRequests.authorId))
    .leftJoinLateral(promotion, sql`true`)
    .where(
      and(
        inScope(ctx.actor, "pullRequests.read", { productId: pullRequests.productId }),
        or(
          sql`${pullRequests.title} ~ ${`\\m${key}\\M`}`,
          exists(
            ctx.db
              .select({ one: sql`1` })
              .from(branches)
              .where(
                and(
                  eq(branches.repositoryId, pullRequests.repositoryId),
                  eq(branches.name, pullRequests.sourceBranch),
                  eq(branches.workItemKey, key),
                ),
              ),
          ),
        ),
      ),
    )
    .orderBy(desc(pullRequests.number))
    .limit(MAX_PULL_REQUESTS);
  return rows.map(({ promotionId, promotionNumber, promotionState, ...row }) => ({
    ...row,
    promotion:
      promotionId && promotionNumber && promotionState
        ? { id: promotionId, number: promotionNumber, state: promotionState }
        : null,
  }));
}

function commitsOf(ctx: Context, key: string) {
  return ctx.db
    .select({
      sha: commits.sha,
      subject: commits.subject,
      authorName: commits.authorName,
      committedAt: commits.committedAt,
      repositoryKey: repositories.key,
    })
    .from(commitWorkItems)
    .innerJoin(
      commits,
      and(eq(commits.repositoryId, commitWorkItems.repositoryId), eq(commits.sha, commitWorkItems.sha)),
    )
    .innerJoin(repositories, eq(repositories.id, commits.repositoryId))
    .where(
      and(
        eq(commitWorkItems.workItemKey, key),
        inScope(ctx.actor, "repositories.read", { productId: repositories.productId }),
      ),
    )
    .orderBy(desc(commits.committedAt), asc(commits.sha))
    .limit(NEWEST_COMMITS);
}

/** What was typed is text, not a pattern. */
function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}
