import { and, eq } from "drizzle-orm";
import { artifacts, components, pipelineJobs, pipelineRuns } from "@/db/schema";
import { DomainError } from "@/domain/errors";
import type { CacheNote } from "@/domain/pipelines/caches";
import { isJobOver, type JobState } from "@/domain/pipelines/status";
import { change } from "../audit/change";
import type { Context } from "../context";
import type { CollectedArtifact } from "../runner/artifacts";
import type { WatchedJob } from "../runner/watch-job";
import { heldBy, type JobLease, LeaseLost } from "./job-lease";
import { announceRun, lockRun, wakePromotions } from "./rows";
import { settleRun } from "./settle";
import { keepReports, type ReadReports } from "./test-reports";

export type JobEnding = {
  readonly state: JobState;
  readonly reason: string | null;
  readonly exitCode: number | null;
  readonly kept: readonly CollectedArtifact[];
  readonly reports?: ReadReports;
  readonly caches?: readonly CacheNote[];
};

/** What the end of a job's process means for the job, in words for people. */
export function endingOfJob(watched: WatchedJob, timeoutSeconds: number): JobEnding {
  const { exitCode, outcome } = watched;
  const ending = (state: JobState, reason: string | null) => ({ state, reason, exitCode, kept: [] });
  switch (outcome) {
    case "passed":
      return ending("passed", null);
    case "failed":
      return ending("failed", `A command ended with code ${exitCode ?? "unknown"}.`);
    case "timed_out":
      return ending("timed_out", `Ran longer than its timeout of ${timeoutSeconds} s and was stopped.`);
    case "log_limit":
      return ending("failed", "Wrote more than 10 MB of log and was stopped.");
    case "cancelled":
      return ending("cancelled", "Cancelled.");
    case "lost":
      return ending(
        "interrupted",
        "Its process is gone without a result: the machine was restarted, or it was killed. Run it again.",
      );
  }
}

export function interrupted(reason: string): JobEnding {
  return { state: "interrupted", reason, exitCode: null, kept: [] };
}

/** The job has begun; its run with it. False when the job was called off meanwhile. Throws LeaseLost. */
export async function markRunning(ctx: Context, lease: JobLease): Promise<boolean> {
  return change(ctx, async (c) => {
    const run = await lockRun(c.db, lease.job.runId);
    const [job] = await c.db
      .select({ state: pipelineJobs.state })
      .from(pipelineJobs)
      .where(heldBy(lease))
      .for("update");
    if (!job) throw new LeaseLost();
    if (job.state === "running") return true;
    if (job.state !== "queued") return false;
    await c.db
      .update(pipelineJobs)
      .set({ state: "running", startedAt: c.now })
      .where(eq(pipelineJobs.id, lease.job.id));
    if (run.state === "queued") {
      await c.db
        .update(pipelineRuns)
        .set({ state: "running", startedAt: c.now })
        .where(eq(pipelineRuns.id, run.id));
      await wakePromotions(c, run);
    }
    announceRun(c, run);
    return true;
  });
}

/** Writes the ending and moves the run on, in one transaction. A job that was called off stays so. Throws LeaseLost. */
export async function endJob(ctx: Context, lease: JobLease, ending: JobEnding): Promise<void> {
  await change(ctx, async (c) => {
    const run = await lockRun(c.db, lease.job.runId);
    const [job] = await c.db.select().from(pipelineJobs).where(heldBy(lease)).for("update");
    if (!job) throw new LeaseLost();
    c.announce({ topic: "jobs", id: job.id, productId: run.productId });
    if (isJobOver(job.state)) return;
    const { state, reason, exitCode, reports, caches } = ending;
    await c.db
      .update(pipelineJobs)
      .set({ state, reason, exitCode, finishedAt: c.now, ...(caches ? { caches: [...caches] } : {}) })
      .where(eq(pipelineJobs.id, job.id));
    if (reports) await keepReports(c, run, job, reports);
    for (const { component, path, sha256, sizeBytes } of ending.kept) {
      const [known] = await c.db
        .select({ id: components.id })
        .from(components)
        .where(and(eq(components.repositoryId, run.repositoryId), eq(components.key, component)));
      const facts = { path, sha256, sizeBytes, componentKey: component, createdAt: c.now };
      await c.db
        .insert(artifacts)
        .values({ runId: run.id, jobId: job.id, componentId: known?.id ?? null, ...facts })
        .onConflictDoNothing();
    }
    announceRun(c, run);
    await settleRun(c, run);
  });
}

export function preparationFailure(error: unknown): JobEnding {
  const told = error instanceof DomainError || (error instanceof Error && error.name === "GitError");
  if (!told) console.error(JSON.stringify({ level: "error", task: "pipelines.job", error: String(error) }));
  const why = told ? error.message : "Something went wrong on the worker's machine.";
  return interrupted(`The job could not be started. ${why}`);
}
