import { sql } from "drizzle-orm";
import { pipelineJobs, pipelineRuns } from "@/db/schema";
import { conflict } from "@/domain/errors";
import type { PipelineDefinition } from "@/domain/pipelines/definition";
import { jobName, jobOrder, jobTimeoutSeconds } from "@/domain/pipelines/job-order";
import { plannedJobs } from "@/domain/pipelines/planned-jobs";
import { isStandingRun, type RunState, type RunTrigger } from "@/domain/pipelines/status";
import { type Change, change } from "../audit/change";
import type { Context } from "../context";
import { type DefinitionReading, readDefinition } from "./read-definition";
import {
  announceRun,
  findRunOfTree,
  type RepositoryRow,
  type RunRow,
  readRepository,
  runSubject,
  wakePromotions,
} from "./rows";

export type EnsureRunInput = {
  repositoryId: string;
  commitSha: string;
  treeOid: string;
  /** The full ref for which the tree is built; for a merge candidate its target. */
  ref: string;
  trigger: RunTrigger;
  requestedById: string | null;
};

export type EnsuredRun = { runId: string; state: RunState };

/**
 * A tree is built once. Answers with the run that stands for it; with the last one when all ended otherwise (another
 * attempt is a person's decision); else with a new one, whose state is `invalid` when the commit has no usable file.
 */
export async function ensureRun(ctx: Context, input: EnsureRunInput): Promise<EnsuredRun> {
  const known = await findRunOfTree(ctx.db, input.repositoryId, input.treeOid);
  if (known) return { runId: known.id, state: known.state };
  return insertOnce(ctx, input, await readRepository(ctx.db, input.repositoryId), (run) => run !== null);
}

/** A person's own attempt: a tree whose runs all ended otherwise gets another. Answers with the run that stands. */
export async function ensureStandingRun(ctx: Context, input: EnsureRunInput): Promise<EnsuredRun> {
  const repository = await readRepository(ctx.db, input.repositoryId);
  const isStanding = (run: { state: RunState } | null) => run !== null && isStandingRun(run.state);
  return insertOnce(ctx, input, repository, isStanding);
}

async function insertOnce(
  ctx: Context,
  input: EnsureRunInput,
  repository: RepositoryRow,
  isEnough: (run: { state: RunState } | null) => boolean,
): Promise<EnsuredRun> {
  const reading = await readDefinition(ctx, repository, input.commitSha);
  return change(ctx, async (c) => {
    await lockTree(c, input);
    const known = await findRunOfTree(c.db, input.repositoryId, input.treeOid);
    if (known && isEnough(known)) return { runId: known.id, state: known.state };
    const run = await insertRun(c, { ...input, productId: repository.productId }, reading);
    if (run) return { runId: run.id, state: run.state };
    const winner = await findRunOfTree(c.db, input.repositoryId, input.treeOid);
    if (!winner) throw conflict("Another run of this tree was started just now. Try again.");
    return { runId: winner.id, state: winner.state };
  });
}

/** Whoever starts, records or revives a run of a tree takes its turn; the unique index stands behind it. */
export async function lockTree(c: Change, tree: { repositoryId: string; treeOid: string }): Promise<void> {
  const name = `pipeline_run:${tree.repositoryId}:${tree.treeOid}`;
  await c.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
}

/** Null when another run stands for the tree. */
async function insertRun(
  c: Change,
  input: EnsureRunInput & { productId: string },
  reading: DefinitionReading,
): Promise<RunRow | null> {
  const [run] = await c.db
    .insert(pipelineRuns)
    .values({
      ...input,
      createdAt: c.now,
      ...(reading.ok
        ? { state: "queued", definition: reading.definition }
        : { state: "invalid", reason: reading.reason, finishedAt: c.now }),
    })
    .onConflictDoNothing()
    .returning();
  if (!run) return null;
  if (reading.ok) {
    await c.db.insert(pipelineJobs).values(jobRows(run.id, reading.definition, c.now));
    await c.enqueue("pipelines.advance", { runId: run.id });
  }
  c.audit({
    action: reading.ok ? "pipeline_run.queued" : "pipeline_run.refused",
    subject: runSubject(run),
    after: {
      state: run.state,
      ref: run.ref,
      commitSha: run.commitSha,
      treeOid: run.treeOid,
      trigger: run.trigger,
    },
    reason: run.reason ?? undefined,
  });
  announceRun(c, run);
  await wakePromotions(c, run);
  return run;
}

export function jobRows(runId: string, definition: PipelineDefinition, now: Date) {
  const planned = plannedJobs(definition);
  return jobOrder(planned).flatMap((key, position) => {
    const job = planned.jobs[key];
    if (!job) return [];
    return {
      runId,
      key,
      position,
      name: jobName(job),
      needs: [...job.needs],
      timeoutSeconds: jobTimeoutSeconds(job),
      createdAt: now,
    };
  });
}
