import { and, desc, eq, inArray, lt, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { commits, people, pipelineRuns, products, repositories } from "@/db/schema";
import type { ListRuns } from "@/domain/pipelines/input";
import { inScope } from "../auth/scope";
import type { Context } from "../context";
import {
  branchOf,
  commitOfRun,
  commitWorkItem,
  firstJobStartedAt,
  times,
  waitsOf,
  workItemsOf,
} from "./run-facts";

const candidateOf = sql<number | null>`(select max(p.number) from merge_candidates m
  join promotions p on p.id = m.promotion_id
  where m.tree_oid = ${pipelineRuns.treeOid} and p.repository_id = ${pipelineRuns.repositoryId})`;

/** Runs the actor may see, newest first. `next` is the `before` of the following page. */
export async function listRuns(ctx: Context, input: ListRuns) {
  const conditions = [inScope(ctx.actor, "pipelines.read", { productId: pipelineRuns.productId })];
  if (input.productKey) conditions.push(eq(products.key, input.productKey));
  if (input.repositoryKey) conditions.push(eq(repositories.key, input.repositoryKey));
  if (input.branch) conditions.push(eq(pipelineRuns.ref, `refs/heads/${input.branch}`));
  if (input.states?.length) conditions.push(inArray(pipelineRuns.state, input.states));
  if (input.before) conditions.push(lt(pipelineRuns.number, input.before));
  const rows = await ctx.db
    .select({
      id: pipelineRuns.id,
      number: pipelineRuns.number,
      state: pipelineRuns.state,
      reason: pipelineRuns.reason,
      trigger: pipelineRuns.trigger,
      ref: pipelineRuns.ref,
      commitSha: pipelineRuns.commitSha,
      subject: commits.subject,
      repository: { id: repositories.id, key: repositories.key, name: repositories.name },
      product: { id: products.id, key: products.key, name: products.name },
      requestedBy: people.name,
      createdAt: pipelineRuns.createdAt,
      startedAt: pipelineRuns.startedAt,
      finishedAt: pipelineRuns.finishedAt,
      firstStartedAt: firstJobStartedAt,
      commitWorkItem,
      promotionNumber: candidateOf,
    })
    .from(pipelineRuns)
    .innerJoin(repositories, eq(repositories.id, pipelineRuns.repositoryId))
    .innerJoin(products, eq(products.id, pipelineRuns.productId))
    .leftJoin(people, eq(people.id, pipelineRuns.requestedById))
    .leftJoin(commits, commitOfRun)
    .where(and(...conditions))
    .orderBy(desc(pipelineRuns.number))
    .limit(input.limit + 1);
  const page = rows.slice(0, input.limit);
  const [items, waits, usual] = await Promise.all([
    workItemsOf(
      ctx,
      page.map((run) => ({ ...run, productId: run.product.id })),
    ),
    waitsOf(ctx.db, page),
    usualDurations(ctx.db, [...new Set(page.map((run) => run.repository.id))]),
  ]);
  return {
    runs: page.map(({ ref, firstStartedAt, commitWorkItem: _, ...run }) => ({
      ...run,
      ...times(run, firstStartedAt),
      branch: branchOf(ref),
      p50Ms: usual.get(run.repository.id)?.ms ?? null,
      usualOf: usual.get(run.repository.id)?.of ?? 0,
      workItem: items.get(run.id) ?? null,
      wait: waits.get(run.id) ?? null,
    })),
    next: rows.length > input.limit ? (page.at(-1)?.number ?? null) : null,
  };
}

type Usual = { readonly ms: number; readonly of: number };

/** The median of the last 30 passed runs of each repository, in ms, by repository id. */
async function usualDurations(db: Db, repositoryIds: readonly string[]): Promise<Map<string, Usual>> {
  if (repositoryIds.length === 0) return new Map();
  const wanted = sql.join(
    repositoryIds.map((id) => sql`${id}::uuid`),
    sql`, `,
  );
  const { rows } = await db.execute<{ id: string; p50: number | null; n: number }>(sql`
    select w.id, usual.p50, usual.n from unnest(array[${wanted}]) as w(id), lateral (
      select percentile_cont(0.5) within group (order by recent.ms) as p50, count(*)::int as n from (
      select extract(epoch from r.finished_at - r.started_at)::float8 * 1000 as ms from pipeline_runs r
      where r.repository_id = w.id and r.state = 'passed' order by r.number desc limit 30) recent) usual`);
  return new Map(
    rows.flatMap(({ id, p50, n }) => (p50 === null ? [] : [[id, { ms: Math.round(p50), of: n }] as const])),
  );
}
