import { randomUUID } from "node:crypto";
import { and, eq, inArray, isNotNull, isNull, or, sql } from "drizzle-orm";
import { pipelineJobs } from "@/db/schema";
import type { JobState } from "@/domain/pipelines/status";
import { change } from "../audit/change";
import type { Context } from "../context";
import { type JobRow, readRun } from "./rows";

/**
 * The right to look after a job, until it is lost. A job has a lease as long as something of it may be on this machine:
 * processes, or its directory. `holder` is new with every claim, so that an earlier one is told apart.
 */
export type JobLease = { readonly job: JobRow; readonly holder: string; readonly seconds: number };

/** Another worker looks after the job now. */
export class LeaseLost extends Error {}

const until = (seconds: number) => sql`clearway_now() + make_interval(secs => ${seconds})`;

/** Null when there is nothing to look after, or somebody else does. */
export async function claimJob(ctx: Context, jobId: string, seconds: number): Promise<JobLease | null> {
  const holder = randomUUID();
  const isFree = or(isNull(pipelineJobs.leaseUntil), sql`${pipelineJobs.leaseUntil} < clearway_now()`);
  const isOpen = or(inArray(pipelineJobs.state, ["queued", "running"]), isNotNull(pipelineJobs.leaseUntil));
  const [job] = await ctx.db
    .update(pipelineJobs)
    .set({ workerId: holder, leaseUntil: until(seconds) })
    .where(and(eq(pipelineJobs.id, jobId), isOpen, isFree))
    .returning();
  return job ? { job, holder, seconds } : null;
}

/** Takes the job from whoever holds it: for the moment when everything stops. */
export async function seizeJob(ctx: Context, jobId: string, seconds: number): Promise<JobLease | null> {
  const holder = randomUUID();
  const [job] = await ctx.db
    .update(pipelineJobs)
    .set({ workerId: holder, leaseUntil: until(seconds) })
    .where(and(eq(pipelineJobs.id, jobId), eq(pipelineJobs.state, "running")))
    .returning();
  return job ? { job, holder, seconds } : null;
}

/** The job's state now. Throws LeaseLost. */
export async function renewLease(ctx: Context, lease: JobLease): Promise<JobState> {
  const [job] = await ctx.db
    .update(pipelineJobs)
    .set({ leaseUntil: until(lease.seconds) })
    .where(heldBy(lease))
    .returning({ state: pipelineJobs.state });
  if (!job) throw new LeaseLost();
  return job.state;
}

/** The worker ends: the next one may have the job at once. */
export async function leaveJob(ctx: Context, lease: JobLease): Promise<void> {
  await ctx.db.update(pipelineJobs).set({ leaseUntil: sql`clearway_now()` }).where(heldBy(lease));
}

/** Nothing of the job is left, so nothing follows in its log. */
export async function endLease(ctx: Context, lease: JobLease): Promise<void> {
  await change(ctx, async (c) => {
    const { productId } = await readRun(c.db, lease.job.runId);
    await c.db.update(pipelineJobs).set({ leaseUntil: null, workerId: null }).where(heldBy(lease));
    c.announce({ topic: "jobs", id: lease.job.id, productId });
  });
}

export function heldBy(lease: JobLease) {
  return and(eq(pipelineJobs.id, lease.job.id), eq(pipelineJobs.workerId, lease.holder));
}

/**
 * Renews the lease until `stop`; tells the job's state each time. `onLost` is called once, when another has it or
 * when it could not be renewed for as long as it lasts.
 */
export function keepLease(
  ctx: Context,
  lease: JobLease,
  told: { onState: (state: JobState) => Promise<void>; onLost: (reason: LeaseLost) => void },
): { stop: () => void } {
  let renewedAt = Date.now();
  let isStopped = false;
  let timer: NodeJS.Timeout;
  const look = async (): Promise<void> => {
    try {
      const state = await renewLease(ctx, lease);
      renewedAt = Date.now();
      await told.onState(state);
    } catch (error) {
      const isLate = Date.now() - renewedAt > lease.seconds * 1000;
      if (error instanceof LeaseLost || isLate) {
        if (!isStopped) told.onLost(error instanceof LeaseLost ? error : new LeaseLost());
        return;
      }
      console.error(JSON.stringify({ level: "error", task: "pipelines.job", error: String(error) }));
    }
    schedule();
  };
  const schedule = (): void => {
    if (!isStopped) timer = setTimeout(() => void look(), Math.min(2_000, (lease.seconds * 1000) / 3));
  };
  schedule();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
