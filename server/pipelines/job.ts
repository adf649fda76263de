import { setTimeout as pause } from "node:timers/promises";
import { and, asc, eq, isNull } from "drizzle-orm";
import { pipelineJobs, pipelineRuns, repositories } from "@/db/schema";
import { DomainError } from "@/domain/errors";
import { PipelineDefinition } from "@/domain/pipelines/definition";
import { type PlannedJob, plannedJobs } from "@/domain/pipelines/planned-jobs";
import { isJobOver } from "@/domain/pipelines/status";
import type { Context } from "../context";
import { outOfRoom, outOfRoomIn } from "../out-of-room";
import { collectArtifacts } from "../runner/artifacts";
import { writeStop } from "../runner/control";
import { collectReports } from "../runner/reports";
import { controlDirectoryOf, startJob, workDirectoryOf } from "../runner/start-job";
import { watchJob } from "../runner/watch-job";
import { restoreCaches, saveCaches } from "./caches";
import {
  endingOfJob,
  endJob,
  interrupted,
  type JobEnding,
  markRunning,
  preparationFailure,
} from "./job-ending";
import {
  artifactStore,
  askToStop,
  discardJob,
  hasControl,
  jobDirectory,
  neededArtifactsOf,
  prepareDirectory,
} from "./job-files";
import {
  claimJob,
  endLease,
  heldBy,
  type JobLease,
  keepLease,
  LeaseLost,
  leaveJob,
  renewLease,
} from "./job-lease";
import { JobLog } from "./job-log";
import type { RepositoryRow, RunRow } from "./rows";
import { readReports } from "./test-reports";

/** How many jobs one worker runs at once: the rest of its hands stay free for what people wait for. */
export const JOB_SLOTS = 3;

/** The worker ends; the job goes on and another worker adopts it. */
class WorkerEnds extends Error {}

const watching = new Set<Promise<void>>();

/** When every job of this process has been left or has ended; after `ms` at the latest (a checkout cannot be hurried). */
export async function allLeft(ms: number): Promise<void> {
  const limit = new AbortController();
  const late = pause(ms, undefined, { signal: limit.signal }).catch(() => undefined);
  await Promise.race([Promise.allSettled([...watching]), late]);
  limit.abort();
}

type Work = {
  lease: JobLease;
  run: RunRow;
  repository: RepositoryRow;
  definition: PlannedJob;
  directory: string;
  /** Aborted when this worker must take its hands off the job. */
  left: AbortSignal;
};

/**
 * Runs a queued job, or adopts one whose worker is gone: what its control directory says goes on from there. Does
 * nothing when somebody looks after it already or when this worker has its hands full; the sweeper comes back to it.
 */
export async function runJob(
  ctx: Context,
  jobId: string,
  worker: { seconds: number; signal: AbortSignal },
): Promise<void> {
  if (worker.signal.aborted) return;
  if (watching.size >= JOB_SLOTS && !(await hasBegun(ctx, jobId))) return;
  const lease = await claimJob(ctx, jobId, worker.seconds);
  if (!lease) return;
  const done = lookAfter(ctx, lease, worker.signal);
  watching.add(done);
  try {
    await done;
  } finally {
    watching.delete(done);
    if (!worker.signal.aborted) await wakeNext(ctx);
  }
}

async function lookAfter(ctx: Context, lease: JobLease, signal: AbortSignal): Promise<void> {
  const leaving = new AbortController();
  const onEnd = () => leaving.abort(new WorkerEnds());
  signal.addEventListener("abort", onEnd);
  const keeper = keepLease(ctx, lease, {
    onState: async (state) => {
      if (isJobOver(state)) await askToStop(ctx, lease.job.id);
    },
    onLost: (reason) => leaving.abort(reason),
  });
  try {
    await workOn(ctx, lease, leaving.signal);
    await endLease(ctx, lease);
  } catch (error) {
    if (error instanceof WorkerEnds) await leaveJob(ctx, lease);
    else if (!(error instanceof LeaseLost)) throw error;
  } finally {
    keeper.stop();
    signal.removeEventListener("abort", onEnd);
  }
}

/** From wherever the job stands to its end, its directory removed. */
async function workOn(ctx: Context, lease: JobLease, left: AbortSignal): Promise<void> {
  const directory = await jobDirectory(ctx, lease.job.id);
  if (isJobOver(lease.job.state)) return discardJob(directory);
  const [facts] = await ctx.db
    .select({ run: pipelineRuns, repository: repositories })
    .from(pipelineRuns)
    .innerJoin(repositories, eq(repositories.id, pipelineRuns.repositoryId))
    .where(eq(pipelineRuns.id, lease.job.runId));
  if (!facts) throw new Error(`job ${lease.job.id} has no run`);
  const definition = plannedJobs(PipelineDefinition.parse(facts.run.definition)).jobs[lease.job.key];
  if (!definition) throw new Error(`job ${lease.job.id} is not in its run's definition`);
  const work: Work = { lease, ...facts, definition, directory, left };
  const ending = (await begin(ctx, work)) ?? (await follow(ctx, work));
  if (ending !== "called off") await endJob(ctx, lease, ending);
  await discardJob(directory);
}

/** Null when the job runs or has run; otherwise why it will not. */
async function begin(ctx: Context, work: Work): Promise<JobEnding | "called off" | null> {
  const { lease, directory } = work;
  if (!(await hasControl(directory))) {
    if (lease.job.state === "running") return interrupted("Its directory is gone. Run it again.");
    try {
      await prepareDirectory(ctx, directory, { job: lease.job, ...work });
      work.left.throwIfAborted();
      await fillFromCaches(ctx, work);
      if (isJobOver(await renewLease(ctx, lease))) return "called off";
      await startJob({ directory, commands: work.definition.commands, environment: environmentOf(work) });
    } catch (error) {
      if (error instanceof LeaseLost || error instanceof WorkerEnds) throw error;
      return preparationFailure((await outOfRoomIn(directory, error)) ?? error);
    }
  }
  if (await markRunning(ctx, lease)) return null;
  await writeStop(controlDirectoryOf(directory), "cancelled");
  return "called off";
}

async function follow(ctx: Context, { lease, run, definition, directory, left }: Work): Promise<JobEnding> {
  const log = new JobLog(ctx, lease, run.productId);
  const watched = await watchJob(controlDirectoryOf(directory), {
    timeoutMs: lease.job.timeoutSeconds * 1000,
    fromOffset: lease.job.logBytes,
    onLog: (chunk) => log.add(chunk),
    leave: left,
  }).finally(() => log.flush());
  const ending = endingOfJob(watched, lease.job.timeoutSeconds);
  if (ending.state === "cancelled" || ending.state === "interrupted") return ending;
  const workDirectory = workDirectoryOf(directory);
  const reports = await readReports(await collectReports(workDirectory, definition.reports.junit));
  if (ending.state !== "passed") return { ...ending, reports };
  try {
    const kept = await collectArtifacts(artifactStore(ctx), workDirectory, definition.artifacts);
    const notes = lease.job.caches ?? [];
    const caches = await saveCaches(ctx, { run, definition, workDirectory }, notes);
    return { ...ending, reports, kept, caches };
  } catch (error) {
    const told = error instanceof DomainError ? error : outOfRoom(error);
    if (!told) throw error;
    return { ...ending, reports, state: "failed", reason: told.message };
  }
}

/** What was restored is written down at once: another worker may see the job to its end. */
async function fillFromCaches(ctx: Context, work: Work): Promise<void> {
  if (work.definition.cache.length === 0) return;
  const { run, definition, lease } = work;
  const caches = await restoreCaches(ctx, {
    run,
    definition,
    workDirectory: workDirectoryOf(work.directory),
  });
  await ctx.db.update(pipelineJobs).set({ caches }).where(heldBy(lease));
  work.lease = { ...lease, job: { ...lease.job, caches } };
}

function environmentOf({ lease, run, repository, definition, directory }: Work): Record<string, string> {
  return {
    ...definition.environment,
    ...Object.fromEntries(
      Object.entries(definition.values ?? {}).map(([name, value]) => [`MATRIX_${name.toUpperCase()}`, value]),
    ),
    CLEARWAY_COMMIT: run.commitSha,
    CLEARWAY_REF: run.ref,
    CLEARWAY_RUN: String(run.number),
    CLEARWAY_JOB: lease.job.key,
    CLEARWAY_REPOSITORY: repository.key,
    CLEARWAY_NEEDS: neededArtifactsOf(directory),
  };
}

async function hasBegun(ctx: Context, jobId: string): Promise<boolean> {
  const [job] = await ctx.db
    .select({ state: pipelineJobs.state })
    .from(pipelineJobs)
    .where(eq(pipelineJobs.id, jobId));
  return job !== undefined && job.state !== "queued";
}

/** A hand is free: the job that waits longest is next. */
async function wakeNext(ctx: Context): Promise<void> {
  const [next] = await ctx.db
    .select({ id: pipelineJobs.id })
    .from(pipelineJobs)
    .where(and(eq(pipelineJobs.state, "queued"), isNull(pipelineJobs.leaseUntil)))
    .orderBy(asc(pipelineJobs.queuedAt), asc(pipelineJobs.id))
    .limit(1);
  if (next) await ctx.db.transaction((tx) => ctx.enqueue(tx, "pipelines.job", { jobId: next.id }));
}
