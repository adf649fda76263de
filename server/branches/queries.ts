import { and, asc, desc, eq, inArray, type SQL, sql } from "drizzle-orm";
import {
  branchDeletions,
  branches,
  people,
  type pipelineRuns,
  type promotions,
  type pullRequests,
  repositories,
} from "@/db/schema";
import { type BranchDeletionState, whyNotDeleted } from "@/domain/branches/deletion";
import { type BranchSort, STALE_DAYS } from "@/domain/branches/filters";
import type { BranchFilter, ListBranches } from "@/domain/branches/input";
import { type BranchKind, isProtected } from "@/domain/branches/naming";
import { invalid, notFound } from "@/domain/errors";
import { can } from "@/domain/permissions";
import { inScope } from "../auth/scope";
import type { Context } from "../context";
import { branchesWhere, isOlderThan } from "./filter";

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
  const limit = input.cursor?.limit ?? input.limit;
  // One row more than is shown tells whether there is another page.
  const rows = await ctx.db
    .select({
      id: branches.id,
      name: branches.name,
      kind: branches.kind,
      isNameValid: branches.isNameValid,
      headSha: branches.headSha,
      baseName: branches.baseName,
      ahead: branches.ahead,
      behind: branches.behind,
      sprintKey: branches.sprintKey,
      lastCommitAt: branches.lastCommitAt,
      lastCommitSubject: branches.lastCommitSubject,
      lastCommitAuthorName: branches.lastCommitAuthorName,
      sortedBy: sql<string>`(${by})::text`,
      productId: repositories.productId,
      repositoryKey: repositories.key,
      workItemKey: branches.workItemKey,
      lastPusherId: branches.lastPusherId,
      deletedAt: branches.deletedAt,
      isOld: isOlderThan(STALE_DAYS),
      lastPusherName: sql<
        string | null
      >`(select pe.name from people pe where pe.id = ${branches.lastPusherId})`,
      workItemTitle: workItemTitle(ctx),
      run: latestRun(ctx),
      pullRequest: openPullRequest(ctx),
    })
    .from(branches)
    .innerJoin(repositories, eq(repositories.id, branches.repositoryId))
    .where(and(branchesWhere(ctx, input), from(input.cursor, { by, type, isDescending })))
    .orderBy(...(isDescending ? [desc(by), desc(branches.id)] : [asc(by), asc(branches.id)]))
    .limit(limit + 1);
  const shown = rows.slice(0, limit);
  const deletions = isDeletions ? await readDeletions(ctx, shown) : new Map<string, Deletion>();
  const last = rows.length > limit ? shown.at(-1) : undefined;
  const may = permissionsByProduct(ctx);
  return {
    // Field by field: copying the rest of an object is half the work of a window.
    items: shown.map((row) => {
      const { ahead, pullRequest, workItemKey, deletedAt } = row;
      const deletion = deletions.get(row.id);
      const isGuarded = isProtected(row.kind);
      const you = may(row.productId);
      return {
        id: row.id,
        name: row.name,
        kind: row.kind,
        repositoryKey: row.repositoryKey,
        sprintKey: row.sprintKey,
        isProtected: isGuarded,
        isNameValid: row.isNameValid,
        isStale: row.isOld && !isGuarded && pullRequest === null,
        isMerged: ahead === 0 && !isGuarded,
        headSha: row.headSha,
        baseName: row.baseName,
        ahead,
        behind: row.behind,
        lastCommitAt: row.lastCommitAt,
        lastCommitSubject: row.lastCommitSubject,
        lastCommitAuthorName: row.lastCommitAuthorName,
        lastPusherName: row.lastPusherName,
        /** Its title is null where Clearway does not know the work item that the name holds. */
        workItem: workItemKey ? { key: workItemKey, title: row.workItemTitle } : null,
        run: row.run,
        pullRequest,
        deletion: deletedAt ? { at: deletedAt, byName: deletion?.byName ?? null } : null,
        you: {
          canOpenPullRequest: you.open,
          canRestore: you.delete && deletion?.state === "deleted",
          whyNotDelete: you.whyNotDelete(row, pullRequest?.number ?? null),
        },
      };
    }),
    next: last ? { value: last.sortedBy, id: last.id } : null,
  };
}

type Order = { by: SQL; type: string; isDescending: boolean };

/** What comes after the cursor, in a form that the order's index answers. */
function from(cursor: ListBranches["cursor"], { by, type, isDescending }: Order): SQL | undefined {
  if (!cursor) return undefined;
  if (type !== "text" && !/^-?[\d :.+-]{1,40}$/.test(cursor.value)) {
    throw invalid("This place in the list does not exist.");
  }
  const operator = sql.raw(isDescending ? "<" : ">");
  return sql`(${by}, ${branches.id}) ${operator} (${cursor.value}::${sql.raw(type)}, ${cursor.id}::uuid)`;
}

type Deletion = { state: BranchDeletionState; byName: string };

/** Who deleted each in Clearway; there is none for what git deleted. */
async function readDeletions(ctx: Context, rows: readonly { id: string }[]): Promise<Map<string, Deletion>> {
  if (rows.length === 0) return new Map();
  const found = await ctx.db
    .selectDistinctOn([branchDeletions.branchId], {
      branchId: branchDeletions.branchId,
      state: branchDeletions.state,
      byName: people.name,
    })
    .from(branchDeletions)
    .innerJoin(people, eq(people.id, branchDeletions.requestedById))
    .where(
      inArray(
        branchDeletions.branchId,
        rows.map(({ id }) => id),
      ),
    )
    .orderBy(branchDeletions.branchId, desc(branchDeletions.createdAt), desc(branchDeletions.id));
  return new Map(found.map(({ branchId, ...deletion }) => [branchId, deletion]));
}

type ForDeletion = { name: string; kind: BranchKind; ahead: number | null; lastPusherId: string | null };

/** What the reader may do in each product, looked up once a product. */
function permissionsByProduct({ actor }: Context) {
  const personId = actor.kind === "person" ? actor.personId : null;
  const of = (productId: string) => {
    const mayDelete = can(actor, "branches.delete", { productId });
    const mayDeleteAny = can(actor, "branches.deleteAny", { productId });
    return {
      open: can(actor, "pullRequests.open", { productId }),
      delete: mayDelete,
      /** In a sentence; null: one may. */
      whyNotDelete: (branch: ForDeletion, openPullRequest: number | null): string | null =>
        mayDelete
          ? whyNotDeleted(
              {
                name: branch.name,
                kind: branch.kind,
                isMine: personId !== null && branch.lastPusherId === personId,
                isMerged: branch.ahead === 0,
                openPullRequest,
              },
              { mayDeleteAny },
            )
          : "None of your roles allows deleting branches here.",
    };
  };
  const known = new Map<string, ReturnType<typeof of>>();
  return (productId: string) => {
    const answer = known.get(productId) ?? of(productId);
    known.set(productId, answer);
    return answer;
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

// As subqueries of the selected columns: they are asked for the rows of the window only, and cost no planning of joins.

function workItemTitle(ctx: Context): SQL<string | null> {
  const visible = inScope(ctx.actor, "workItems.read", { productId: sql`w.product_id` });
  return sql`(select w.title from work_items w where w.key = ${branches.workItemKey} and ${visible})`;
}

type LatestRun = Pick<typeof pipelineRuns.$inferSelect, "number" | "state">;

/** The last run of the tree that the branch's head has, whichever commit of that tree it was started for. */
function latestRun(ctx: Context): SQL<LatestRun | null> {
  const visible = inScope(ctx.actor, "pipelines.read", { productId: sql`r.product_id` });
  return sql`(select json_build_object('number', r.number, 'state', r.state) from pipeline_runs r
    where r.repository_id = ${branches.repositoryId} and r.tree_oid = ${branches.headTreeOid} and ${visible}
    order by r.number desc limit 1)`;
}

type OpenPullRequest = Pick<typeof pullRequests.$inferSelect, "number" | "title" | "targetBranch"> & {
  promotionState: (typeof promotions.$inferSelect)["state"] | null;
  isBlocked: boolean;
};

function openPullRequest(ctx: Context): SQL<OpenPullRequest | null> {
  const visible = inScope(ctx.actor, "pullRequests.read", { productId: sql`p.product_id` });
  return sql`(select json_build_object('number', p.number, 'title', p.title, 'targetBranch', p.target_branch,
      'promotionState', m.state, 'isBlocked', m.outcome_code is not null)
    from pull_requests p left join promotions m on m.pull_request_id = p.id
    where p.repository_id = ${branches.repositoryId} and p.source_branch = ${branches.name} and p.state = 'open'
      and ${visible}
    order by p.number desc, m.number desc nulls last limit 1)`;
}
