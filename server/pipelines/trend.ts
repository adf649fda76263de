import { and, eq, inArray, isNotNull, type SQL, sql } from "drizzle-orm";
import { pipelineRuns, products, repositories } from "@/db/schema";
import type { GetTrend } from "@/domain/pipelines/input";
import { TREND_RUNS, trendOf } from "@/domain/pipelines/trend";
import { inScope } from "../auth/scope";
import type { Context } from "../context";

const MAX_REPOSITORIES = 6;

const lastRun = sql<number | null>`(select max(r.number) from pipeline_runs r
  where r.repository_id = repositories.id)`.as("last_run");

/**
 * How long runs took, by repository, those that ran last first. Only what passed or failed counts, and only runs in
 * which nothing was tried again: a second attempt hours later is no duration.
 */
export async function readTrend(ctx: Context, { productKey, repositoryKey, branch }: GetTrend) {
  const conditions: (SQL | undefined)[] = [
    inScope(ctx.actor, "pipelines.read", { productId: repositories.productId }),
    productKey ? eq(products.key, productKey) : undefined,
    repositoryKey ? eq(repositories.key, repositoryKey) : undefined,
  ];
  const known = await ctx.db
    .select({
      id: repositories.id,
      key: repositories.key,
      name: repositories.name,
      last: lastRun,
    })
    .from(repositories)
    .innerJoin(products, eq(products.id, repositories.productId))
    .where(and(...conditions))
    .orderBy(sql`${lastRun} desc nulls last`, repositories.key)
    .limit(MAX_REPOSITORIES);
  const series = await Promise.all(
    known.map(async ({ id, key, name }) => ({
      repository: { key, name },
      points: trendOf(await timedRuns(ctx, id, branch)),
    })),
  );
  return series.filter(({ points }) => points.length > 0);
}

async function timedRuns(ctx: Context, repositoryId: string, branch: string | undefined) {
  const rows = await ctx.db
    .select({
      number: pipelineRuns.number,
      state: pipelineRuns.state,
      startedAt: pipelineRuns.startedAt,
      finishedAt: pipelineRuns.finishedAt,
    })
    .from(pipelineRuns)
    .where(
      and(
        eq(pipelineRuns.repositoryId, repositoryId),
        branch ? eq(pipelineRuns.ref, `refs/heads/${branch}`) : undefined,
        inArray(pipelineRuns.state, ["passed", "failed"]),
        isNotNull(pipelineRuns.startedAt),
        isNotNull(pipelineRuns.finishedAt),
        sql`not exists (select 1 from pipeline_jobs j
          where j.run_id = pipeline_runs.id and j.attempt > 1)`,
      ),
    )
    .orderBy(sql`${pipelineRuns.number} desc`)
    .limit(TREND_RUNS);
  return rows.flatMap(({ number, state, startedAt, finishedAt }) =>
    startedAt && finishedAt
      ? [
          {
            number,
            finishedAt,
            durationMs: finishedAt.getTime() - startedAt.getTime(),
            hasPassed: state === "passed",
          },
        ]
      : [],
  );
}
