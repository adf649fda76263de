import { and, eq, inArray, ne } from "drizzle-orm";
import { pipelineJobs, pipelineRuns } from "@/db/schema";
import { conflict, DomainError, notFound } from "@/domain/errors";
import type { Actor } from "@/domain/people/actor";
import type { JobId, RunId, StartRun } from "@/domain/pipelines/input";
import { isJobOver, isRerunnableJob, isRunOver, STANDING_RUN_STATES } from "@/domain/pipelines/status";
import { type Change, change } from "../audit/change";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { readCommits } from "../git/commits";
import { resolveRef } from "../git/refs";
import { repositoryDirectory } from "../repositories/location";
import { askToStop } from "./job-files";
import {
  announceRun,
  type JobRow,
  latestJobs,
  lockRun,
  type RunRow,
  readRepository,
  readRun,
  runSubject,
} from "./rows";
import { endRun, moveJobs, settleRun } from "./settle";
import { ensureStandingRun, lockTree } from "./start";

const READ = { noun: "run", read: "pipelines.read" } as const;

/** Calls the run off; what runs of it is ended by whoever watches it, within a moment. Throws TOO_LATE when it is over. */
export async function cancelRun(ctx: Context, { runId }: RunId): Promise<{ number: number }> {
  const { number, begun } = await change(ctx, async (c) => {
    const run = await lockRun(c.db, runId);
    demand(ctx.actor, "pipelines.run", run, READ);
    if (isRunOver(run.state)) {
      throw new DomainError("TOO_LATE", `Run ${run.number} is over already: ${run.state}.`);
    }
    const open = (await latestJobs(c.db, run.id)).filter((job) => !isJobOver(job.state));
    const reason = `Cancelled by ${nameOf(ctx.actor)}.`;
    const openIds = open.map((job) => job.id);
    await moveJobs(c, openIds, { state: "cancelled", reason, finishedAt: c.now });
    await endRun(c, run, "cancelled", reason);
    return { number: run.number, begun: open.filter((job) => job.state !== "waiting") };
  });
  for (const job of begun) await askToStop(ctx, job.id);
  return { number };
}

/** Another attempt at one job that ended badly, and at those that need it. */
export async function rerunJob(ctx: Context, { jobId }: JobId): Promise<{ number: number }> {
  const [job] = await ctx.db
    .select({ runId: pipelineJobs.runId, productId: pipelineRuns.productId })
    .from(pipelineJobs)
    .innerJoin(pipelineRuns, eq(pipelineRuns.id, pipelineJobs.runId))
    .where(eq(pipelineJobs.id, jobId));
  if (!job) throw notFound("job");
  demand(ctx.actor, "pipelines.run", job, { noun: "job", read: "pipelines.read" });
  return rerun(ctx, job.runId, (latest) => {
    const same = latest.find((one) => one.id === jobId);
    if (!same) throw conflict("This job has been tried again meanwhile. Look at its newest attempt.");
    if (!isRerunnableJob(same.state))
      throw conflict(`${same.name} did not fail, so there is nothing to try again.`);
    return [same.key];
  });
}

/** Another attempt at every job of the run that did not pass. */
export async function rerunRun(ctx: Context, { runId }: RunId): Promise<{ number: number }> {
  return rerun(ctx, runId, (latest) =>
    latest.filter((job) => isRerunnableJob(job.state)).map((job) => job.key),
  );
}

/** Runs the pipeline for what a branch points at now. A tree that has been built, or is being, is not built again. */
export async function startRun(ctx: Context, input: StartRun): Promise<{ number: number; isNew: boolean }> {
  const repository = await readRepository(ctx.db, input.repositoryId);
  demand(ctx.actor, "pipelines.run", repository, { noun: "repository", read: "repositories.read" });
  const directory = repositoryDirectory(ctx, repository);
  const ref = `refs/heads/${input.branch}`;
  const head = await resolveRef(directory, ref);
  const [commit] = head ? await readCommits(directory, { include: [head], exclude: [], limit: 1 }) : [];
  if (!commit) throw notFound("branch");
  const before = await ctx.db.$count(
    pipelineRuns,
    and(
      eq(pipelineRuns.repositoryId, repository.id),
      eq(pipelineRuns.treeOid, commit.tree),
      inArray(pipelineRuns.state, [...STANDING_RUN_STATES]),
    ),
  );
  const { runId } = await ensureStandingRun(ctx, {
    repositoryId: repository.id,
    commitSha: commit.sha,
    treeOid: commit.tree,
    ref,
    trigger: "manual",
    requestedById: ctx.actor.kind === "person" ? ctx.actor.personId : null,
  });
  return { number: (await readRun(ctx.db, runId)).number, isNew: before === 0 };
}

async function rerun(
  ctx: Context,
  runId: string,
  choose: (latest: readonly JobRow[]) => readonly string[],
): Promise<{ number: number }> {
  return change(ctx, async (c) => {
    const seen = await readRun(c.db, runId);
    demand(ctx.actor, "pipelines.run", seen, READ);
    await lockTree(c, seen);
    const run = await lockRun(c.db, runId);
    await demandRerunnable(c, run);
    const latest = await latestJobs(c.db, run.id);
    const chosen = choose(latest);
    if (chosen.length === 0) throw conflict(`No job of run ${run.number} can be tried again.`);
    const again = withDependants(latest, chosen);
    await c.db.insert(pipelineJobs).values(
      again.map(({ key, name, position, attempt, needs, timeoutSeconds }) => ({
        ...{ runId: run.id, key, name, position, needs, timeoutSeconds },
        attempt: attempt + 1,
        createdAt: c.now,
      })),
    );
    const state = { state: "running", reason: null, startedAt: c.now, finishedAt: null } as const;
    await c.db.update(pipelineRuns).set(state).where(eq(pipelineRuns.id, run.id));
    c.audit({
      action: "pipeline_run.rerun",
      subject: runSubject(run),
      before: { state: run.state },
      after: { state: "running", jobs: again.map((job) => job.key) },
    });
    announceRun(c, run);
    await settleRun(c, { ...run, ...state });
    return { number: run.number };
  });
}

async function demandRerunnable(c: Change, run: RunRow): Promise<void> {
  if (!isRunOver(run.state)) throw conflict(`Run ${run.number} has not ended yet.`);
  if (run.trigger === "external") {
    throw conflict(`Run ${run.number} was reported by another system. Run it again there.`);
  }
  const [standing] = await c.db
    .select({ number: pipelineRuns.number })
    .from(pipelineRuns)
    .where(
      and(
        eq(pipelineRuns.repositoryId, run.repositoryId),
        eq(pipelineRuns.treeOid, run.treeOid),
        inArray(pipelineRuns.state, [...STANDING_RUN_STATES]),
        ne(pipelineRuns.id, run.id),
      ),
    );
  if (standing) throw conflict(`Run ${standing.number} stands for this very tree already.`);
}

function withDependants(jobs: readonly JobRow[], keys: readonly string[]): JobRow[] {
  const again = new Set(keys);
  // Jobs are in an order in which every one follows what it needs.
  for (const job of jobs) if (job.needs.some((need) => again.has(need))) again.add(job.key);
  return jobs.filter((job) => again.has(job.key));
}

function nameOf(actor: Actor): string {
  return actor.kind === "person" ? actor.name : "Clearway";
}
