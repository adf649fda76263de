import { and, eq, inArray } from "drizzle-orm";
import { pipelineJobs, pipelineRuns } from "@/db/schema";
import { isJobOver, isRunOver } from "@/domain/pipelines/status";
import { change } from "../audit/change";
import type { Context } from "../context";
import { controlDirectoryOf } from "../runner/start-job";
import { watchJob } from "../runner/watch-job";
import { allLeft } from "./job";
import { discardJob, hasControl, jobDirectory } from "./job-files";
import { endLease, heldBy, type JobLease, LeaseLost, seizeJob } from "./job-lease";
import { JobLog } from "./job-log";
import { latestJobs, lockRun, readRun } from "./rows";
import { endRun, moveJobs } from "./settle";

const GRACE_MS = 1500;
const LEASE_SECONDS = 30;
const REASON = "Clearway was stopped while this ran. Run it again.";

/**
 * Everything stops: running jobs are killed and their runs say so. What only waits goes on at the next start.
 * Called after the signal of `runJob` was aborted: it waits until this worker has taken its hands off.
 */
export async function interruptAll(ctx: Context): Promise<void> {
  await allLeft(GRACE_MS);
  const running = await ctx.db
    .select({ id: pipelineJobs.id })
    .from(pipelineJobs)
    .innerJoin(pipelineRuns, eq(pipelineRuns.id, pipelineJobs.runId))
    .where(and(eq(pipelineJobs.state, "running"), inArray(pipelineRuns.state, ["queued", "running"])));
  const ended = await Promise.allSettled(running.map(({ id }) => interruptJob(ctx, id)));
  for (const one of ended) {
    if (one.status === "rejected" && !(one.reason instanceof LeaseLost)) throw one.reason;
  }
}

async function interruptJob(ctx: Context, jobId: string): Promise<void> {
  const lease = await seizeJob(ctx, jobId, LEASE_SECONDS);
  if (!lease) return;
  const directory = await jobDirectory(ctx, jobId);
  if (await hasControl(directory)) await kill(ctx, lease, directory);
  await markInterrupted(ctx, lease);
  await discardJob(directory);
  await endLease(ctx, lease);
}

async function kill(ctx: Context, lease: JobLease, directory: string): Promise<void> {
  const run = await readRun(ctx.db, lease.job.runId);
  const log = new JobLog(ctx, lease, run.productId);
  await watchJob(controlDirectoryOf(directory), {
    timeoutMs: lease.job.timeoutSeconds * 1000,
    fromOffset: lease.job.logBytes,
    onLog: (chunk) => log.add(chunk),
    signal: AbortSignal.abort(),
    graceMs: GRACE_MS,
  }).finally(() => log.flush());
}

async function markInterrupted(ctx: Context, lease: JobLease): Promise<void> {
  await change(ctx, async (c) => {
    const run = await lockRun(c.db, lease.job.runId);
    const [held] = await c.db.select({ id: pipelineJobs.id }).from(pipelineJobs).where(heldBy(lease));
    if (!held) throw new LeaseLost();
    c.announce({ topic: "jobs", id: held.id, productId: run.productId });
    const open = (await latestJobs(c.db, run.id)).filter((job) => !isJobOver(job.state));
    const begun = open.filter((job) => job.state !== "waiting").map(({ id }) => id);
    const waiting = open.filter((job) => job.state === "waiting").map(({ id }) => id);
    await moveJobs(c, begun, { state: "interrupted", reason: REASON, finishedAt: c.now });
    await moveJobs(c, waiting, { state: "skipped", reason: REASON, finishedAt: c.now });
    if (!isRunOver(run.state)) await endRun(c, run, "interrupted", REASON);
  });
}
