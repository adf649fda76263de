import { and, eq, ilike, inArray, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import { branches, people, pipelineRuns, products, pullRequests, repositories } from "@/db/schema";
import { KEPT_DAYS } from "@/domain/branches/deletion";
import {
  type BranchAge,
  type BranchChecks,
  type BranchDistance,
  type BranchView,
  STALE_DAYS,
} from "@/domain/branches/filters";
import type { BranchFilter } from "@/domain/branches/input";
import { protectedKinds } from "@/domain/branches/naming";
import type { RunState } from "@/domain/pipelines/status";
import { inScope } from "../auth/scope";
import type { Context } from "../context";

/** Asked once a query, not once a row, so that an index can be looked into with it. */
const NOW = sql`(select clearway_now())`;

const CHECKS: Record<Exclude<BranchChecks, "none">, readonly RunState[]> = {
  passed: ["passed"],
  failed: ["failed", "invalid", "interrupted", "cancelled"],
  running: ["queued", "running"],
};

/** The branches that a filter means and the reader may see. For a query over branches and repositories. */
export function branchesWhere(ctx: Context, filter: BranchFilter): SQL | undefined {
  const { view = "all", pull, checks, owner, search } = filter;
  return and(
    inScope(ctx.actor, "repositories.read", { productId: repositories.productId }),
    view === "deleted" ? deletedLately() : isNull(branches.deletedAt),
    filter.productKey ? ofProduct(filter.productKey) : undefined,
    filter.repositoryKey ? eq(repositories.key, filter.repositoryKey) : undefined,
    filter.kinds ? inArray(branches.kind, filter.kinds) : undefined,
    viewed(ctx, view),
    filter.age ? aged(filter.age) : undefined,
    filter.distance ? distant(filter.distance) : undefined,
    pull === "open" ? hasOpenPullRequest() : pull === "none" ? sql`not ${hasOpenPullRequest()}` : undefined,
    checks ? checked(checks) : undefined,
    owner ? ownedBy(owner) : undefined,
    search ? ilike(branches.name, like(search)) : undefined,
  );
}

export function isOlderThan(days: number): SQL<boolean> {
  return sql`${branches.lastCommitAt} < ${NOW} - make_interval(days => ${days})`;
}

function ofProduct(key: string): SQL {
  return sql`${repositories.productId} in (select ${products.id} from ${products} where ${eq(products.key, key)})`;
}

/** No commit for 30 days, no open pull request, not protected. */
const isStale = sql`${and(isOlderThan(STALE_DAYS), isNotProtected(), sql`not ${hasOpenPullRequest()}`)}`;

/** Its base has every commit of it: merged, or never worked on. */
const isMerged = sql`${and(eq(branches.ahead, 0), isNotProtected())}`;

function viewed(ctx: Context, view: BranchView): SQL | undefined {
  switch (view) {
    case "mine":
      return ctx.actor.kind === "person" ? eq(branches.lastPusherId, ctx.actor.personId) : sql`false`;
    case "stale":
      return isStale;
    case "merged":
      return isMerged;
    case "misnamed":
      return sql`not ${branches.isNameValid}`;
    default:
      return undefined;
  }
}

function isNotProtected(): SQL {
  return sql`${branches.kind} not in ${sql`(${sql.join(
    protectedKinds().map((kind) => sql`${kind}`),
    sql`, `,
  )})`}`;
}

function deletedLately(): SQL | undefined {
  return and(
    isNotNull(branches.deletedAt),
    sql`${branches.deletedAt} > ${NOW} - make_interval(days => ${KEPT_DAYS})`,
  );
}

function aged(age: BranchAge): SQL {
  const ago = (days: number) => sql`${NOW} - make_interval(days => ${days})`;
  const at = branches.lastCommitAt;
  switch (age) {
    case "week":
      return sql`${at} >= ${ago(7)}`;
    case "month":
      return sql`${at} < ${ago(7)} and ${at} >= ${ago(30)}`;
    case "quarter":
      return sql`${at} < ${ago(30)} and ${at} >= ${ago(90)}`;
    case "older":
      return sql`${at} < ${ago(90)}`;
  }
}

function distant(distance: BranchDistance): SQL {
  switch (distance) {
    case "ahead":
      return sql`${branches.ahead} > 0`;
    case "behind":
      return sql`${branches.behind} > 0`;
    case "diverged":
      return sql`${branches.ahead} > 0 and ${branches.behind} > 0`;
  }
}

function hasOpenPullRequest(): SQL {
  return sql`exists (select 1 from ${pullRequests} where ${and(
    eq(pullRequests.repositoryId, branches.repositoryId),
    eq(pullRequests.sourceBranch, branches.name),
    eq(pullRequests.state, "open"),
  )})`;
}

/** By the newest run of the head's tree. Driven from the runs of that state, which are fewer than the branches. */
function checked(checks: BranchChecks): SQL {
  const ofHead = and(
    eq(pipelineRuns.repositoryId, branches.repositoryId),
    eq(pipelineRuns.treeOid, branches.headTreeOid),
  );
  if (checks === "none") return sql`not exists (select 1 from ${pipelineRuns} where ${ofHead})`;
  return sql`exists (select 1 from ${pipelineRuns} where ${and(
    ofHead,
    inArray(pipelineRuns.state, [...CHECKS[checks]]),
    sql`not exists (select 1 from pipeline_runs newer where newer.repository_id = ${pipelineRuns.repositoryId}
      and newer.tree_oid = ${pipelineRuns.treeOid} and newer.number > ${pipelineRuns.number})`,
  )})`;
}

function ownedBy(name: string): SQL | undefined {
  return or(
    sql`${branches.lastPusherId} in (select ${people.id} from ${people} where ${ilike(people.name, like(name))})`,
    and(isNull(branches.lastPusherId), ilike(branches.lastCommitAuthorName, like(name))),
  );
}

function like(text: string): string {
  return `%${text.replace(/[\\%_]/g, (c) => `\\${c}`)}%`;
}
