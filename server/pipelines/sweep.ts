import { and, asc, eq, inArray, isNotNull, isNull, or, sql } from "drizzle-orm";
import { pipelineJobs, pipelineRuns } from "@/db/schema";
import type { Context } from "../context";
import { readInstallation } from "../settings/queries";

const AT_ONCE = 20;
/** A queued job that nobody took for so long is offered again: its worker had its hands full, or is gone. */
const OFFER_AGAIN_SECONDS = 3;

/**
 * Finds what nobody looks after: jobs whose lease has run out, queued jobs, runs that could move on. Offering the same
 * twice does no harm, so it may be called as often as one likes.
 */
export async function sweepPipelines(ctx: Context): Promise<void> {
  const jobs = await ctx.db
    .select({ id: pipelineJobs.id })
    .from(pipelineJobs)
    .where(
      or(
        sql`${pipelineJobs.leaseUntil} < clearway_now()`,
        and(
          eq(pipelineJobs.state, "queued"),
          isNull(pipelineJobs.leaseUntil),
          sql`${pipelineJobs.queuedAt} < clearway_now() - make_interval(secs => ${OFFER_AGAIN_SECONDS})`,
        ),
      ),
    )
    .orderBy(asc(pipelineJobs.queuedAt), asc(pipelineJobs.id))
    .limit(AT_ONCE);
  const runs = await runsToAdvance(ctx);
  if (jobs.length === 0 && runs.length === 0) return;
  await ctx.db.transaction(async (tx) => {
    for (const { id } of jobs) await ctx.enqueue(tx, "pipelines.job", { jobId: id });
    for (const { id } of runs) await ctx.enqueue(tx, "pipelines.advance", { runId: id });
  });
}

/** Open runs of which no job is queued or running: they wait for the runner, or their turn was lost. */
async function runsToAdvance(ctx: Context): Promise<{ id: string }[]> {
  if (!(await readInstallation(ctx.db))?.isRunnerEnabled) return [];
  const busy = ctx.db
    .select({ one: sql`1` })
    .from(pipelineJobs)
    .where(and(eq(pipelineJobs.runId, pipelineRuns.id), inArray(pipelineJobs.state, ["queued", "running"])));
  return ctx.db
    .select({ id: pipelineRuns.id })
    .from(pipelineRuns)
    .where(
      and(
        inArray(pipelineRuns.state, ["queued", "running"]),
        isNotNull(pipelineRuns.definition),
        sql`not exists ${busy}`,
      ),
    )
    .orderBy(asc(pipelineRuns.number))
    .limit(AT_ONCE);
}
