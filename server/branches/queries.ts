import { and, asc, desc, eq, gt, type SQL, sql } from "drizzle-orm";
import {
  branchDeletions,
  branches,
  people,
  pipelineRuns,
  products,
  promotions,
  pullRequests,
  repositories,
  workItems,
} from "@/db/schema";
import { whyNotDeleted } from "@/domain/branches/deletion";
import type { BranchFilter, BranchSort, ListBranches } from "@/domain/branches/input";
import { isProtected } from "@/domain/branches/naming";
import { invalid, notFound } from "@/domain/errors";
import { can } from "@/domain/permissions";
import { inScope } from "../auth/scope";
import type { Context } from "../context";
import { branchesWhere, isStale } from "./filter";

/** What each order goes by. Its index ends with the id, and so does the cursor. */
const ORDERS: Record<BranchSort, { by: SQL; type: string }> = {
  name: { by: sql`${branches.name}`, type: "text" },
  commit: { by: sql`${branches.lastCommitAt}`, type: "timestamptz" },
  ahead: { by: sql`coalesce(${branches.ahead}, -1)`, type: "integer" },
  behind: { by: sql`coalesce(${branches.behind}, -1)`, type: "integer" },
  created: { by: sql`${branches.createdAt}`, type: "timestamptz" },
};
/** What was deleted is shown by when, whatever the order asked for. */
const BY_DELETION = { by: sql`${branches.deletedAt}`, type: "timestamptz" };

/** More than so many are not counted: a figure for a person, not for a sum. */
const COUNTED = 5_000;
const COUNTED_FOR_CHIP = 999;

/** A window of the branches that a filter means. Its cost does not depend on how many there are before or after it. */
export async function listBranches(ctx: Context, input: ListBranches) {
  if (input.repositoryKey) await demandRepository(ctx, input.repositoryKey);
  const isDeletions = input.view === "deleted";
  const { by, type } = isDeletions ? BY_DELETION : ORDERS[input.sort ?? "name"];
  const isDescending = isDeletions || input.isDescending === true;
  const page = windowOf(ctx, input, { by, type, isDescending });
  const run = latestRun(ctx);
  const pullRequest = openPullRequest(ctx);
  const deletion = latestDeletion(ctx);
  const rows = await ctx.db
    .select({
      id: branches.id,
      sortedBy: page.sortedBy,
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
      isStale: sql<boolean>`${isStale}`,
      lastCommitAt: branches.lastCommitAt,
      lastCommitSubject: branches.lastCommitSubject,
      lastCommitAuthorName: branches.lastCommitAuthorName,
      lastPusherId: branches.lastPusherId,
      lastPusherName: people.name,
      deletedAt: branches.deletedAt,
      deletionState: deletion.state,
      deletedByName: deletion.personName,
      productId: repositories.productId,
      repositoryKey: repositories.key,
      runNumber: run.number,
      runState: run.state,
      pullRequestNumber: pullRequest.number,
      pullRequestTitle: pullRequest.title,
      pullRequestTarget: pullRequest.targetBranch,
      promotionState: pullRequest.promotionState,
      promotionOutcomeCode: pullRequest.promotionOutcomeCode,
    })
    .from(page)
    .innerJoin(branches, eq(branches.id, page.id))
    .innerJoin(repositories, eq(repositories.id, branches.repositoryId))
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
    .leftJoinLateral(deletion, sql`true`)
    .orderBy(...(isDescending ? [desc(by), desc(branches.id)] : [asc(by), asc(branches.id)]));
  const items = rows.slice(0, input.limit).map((row) => toItem(ctx, row));
  const last = rows.length > input.limit ? rows[input.limit - 1] : undefined;
  return { items, next: last ? { value: last.sortedBy, id: last.id } : null };
}

type Order = { by: SQL; type: string; isDescending: boolean };

/** The ids of one window and one row more, in order, by an index from the cursor on. */
function windowOf(ctx: Context, input: ListBranches, { by, type, isDescending }: Order) {
  const { cursor } = input;
  if (cursor && type !== "text" && !/^-?[\d :.+-]{1,40}$/.test(cursor.value)) {
    throw invalid("This place in the list does not exist.");
  }
  const here = cursor
    ? sql`(${by}, ${branches.id}) ${sql.raw(isDescending ? "<" : ">")} (${cursor.value}::${sql.raw(type)}, ${cursor.id}::uuid)`
    : undefined;
  return ctx.db
    .select({ id: branches.id, sortedBy: sql<string>`(${by})::text`.as("sorted_by") })
    .from(branches)
    .innerJoin(repositories, eq(repositories.id, branches.repositoryId))
    .innerJoin(products, eq(products.id, repositories.productId))
    .where(and(branchesWhere(ctx, input), here))
    .orderBy(...(isDescending ? [desc(by), desc(branches.id)] : [asc(by), asc(branches.id)]))
    .limit(input.limit + 1)
    .as("page");
}

type Row = {
  name: string;
  kind: (typeof branches.$inferSelect)["kind"];
  productId: string;
  workItemKey: string | null;
  workItemTitle: string | null;
  lastPusherId: string | null;
  ahead: number | null;
  deletedAt: Date | null;
  deletionState: (typeof branchDeletions.$inferSelect)["state"] | null;
  deletedByName: string | null;
  runNumber: number | null;
  runState: (typeof pipelineRuns.$inferSelect)["state"] | null;
  pullRequestNumber: number | null;
  pullRequestTitle: string | null;
  pullRequestTarget: string | null;
  promotionState: (typeof promotions.$inferSelect)["state"] | null;
  promotionOutcomeCode: string | null;
  sortedBy: string;
};

function toItem<R extends Row>(ctx: Context, row: R) {
  const { sortedBy: _, productId, lastPusherId, workItemKey, workItemTitle, ...rest } = row;
  const { runNumber, runState, pullRequestNumber, pullRequestTitle, pullRequestTarget, ...branch } = rest;
  const { promotionState, promotionOutcomeCode, deletionState, deletedByName, ...facts } = branch;
  const mayDelete = can(ctx.actor, "branches.delete", { productId });
  return {
    ...facts,
    isProtected: isProtected(row.kind),
    isMerged: row.ahead === 0 && !isProtected(row.kind),
    /** Its title is null where Clearway does not know the work item that the name holds. */
    workItem: workItemKey ? { key: workItemKey, title: workItemTitle } : null,
    run: runNumber && runState ? { number: runNumber, state: runState } : null,
    pullRequest: pullRequestNumber
      ? {
          number: pullRequestNumber,
          title: pullRequestTitle ?? "",
          targetBranch: pullRequestTarget ?? "",
          promotionState,
          isBlocked: promotionOutcomeCode !== null,
        }
      : null,
    deletion: row.deletedAt ? { at: row.deletedAt, byName: deletedByName, state: deletionState } : null,
    you: {
      canOpenPullRequest: can(ctx.actor, "pullRequests.open", { productId }),
      canRestore: mayDelete && deletionState === "deleted",
      /** Why not, in a sentence; null: one may. */
      whyNotDelete: mayDelete
        ? whyNotDeleted(
            {
              name: row.name,
              kind: row.kind,
              isMine: ctx.actor.kind === "person" && ctx.actor.personId === lastPusherId,
              isMerged: row.ahead === 0,
              openPullRequest: pullRequestNumber,
            },
            { mayDeleteAny: can(ctx.actor, "branches.deleteAny", { productId }) },
          )
        : "None of your roles allows deleting branches here.",
    },
  };
}

async function demandRepository(ctx: Context, key: string): Promise<void> {
  const [repository] = await ctx.db
    .select({ id: repositories.id })
    .from(repositories)
    .where(
      and(
        eq(repositories.key, key),
        inScope(ctx.actor, "repositories.read", { productId: repositories.productId }),
      ),
    );
  if (!repository) throw notFound("repository");
}

/**
 * How many the filter means, at most 5 000 (`isMore` then), and how many each view has in the same products and
 * repositories, at most 999: nobody waits for a long count.
 */
export async function countBranches(ctx: Context, filter: BranchFilter) {
  const { productKey, repositoryKey } = filter;
  const place = { ...(productKey ? { productKey } : {}), ...(repositoryKey ? { repositoryKey } : {}) };
  const views = ["all", "mine", "stale", "merged", "misnamed", "deleted"] as const;
  const counted = (what: BranchFilter, most: number) =>
    sql`(select count(*)::int from (select 1 from ${branches}
      inner join ${repositories} on ${repositories.id} = ${branches.repositoryId}
      inner join ${products} on ${products.id} = ${repositories.productId}
      where ${branchesWhere(ctx, what)} limit ${most + 1}) counted)`;
  const { rows } = await ctx.db.execute<{ total: number } & Record<(typeof views)[number], number>>(
    sql`select ${counted(filter, COUNTED)} as total, ${sql.join(
      views.map((view) => sql`${counted({ ...place, view }, COUNTED_FOR_CHIP)} as ${sql.identifier(view)}`),
      sql`, `,
    )}`,
  );
  const [found] = rows;
  if (!found) throw new Error("a count returned no row");
  const { total, ...byView } = found;
  return {
    total: Math.min(total, COUNTED),
    isMore: total > COUNTED,
    byView,
    byViewIsMoreFrom: COUNTED_FOR_CHIP,
  };
}

/** The last run of the tree that the branch's head has, whichever commit of that tree it was started for. */
function latestRun(ctx: Context) {
  return ctx.db
    .select({ number: pipelineRuns.number, state: pipelineRuns.state })
    .from(pipelineRuns)
    .where(
      and(
        eq(pipelineRuns.repositoryId, branches.repositoryId),
        eq(pipelineRuns.treeOid, branches.headTreeOid),
        inScope(ctx.actor, "pipelines.read", { productId: pipelineRuns.productId }),
      ),
    )
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

/** Only of branches that are gone: there is none for the others. */
function latestDeletion(ctx: Context) {
  return ctx.db
    .select({ state: branchDeletions.state, personName: sql<string>`deleter.name`.as("person_name") })
    .from(branchDeletions)
    .innerJoin(sql`people deleter`, sql`deleter.id = ${branchDeletions.requestedById}`)
    .where(and(eq(branchDeletions.branchId, branches.id), gt(branches.deletedAt, sql`'-infinity'`)))
    .orderBy(desc(branchDeletions.createdAt), desc(branchDeletions.id))
    .limit(1)
    .as("deletion");
}
