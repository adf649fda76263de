import { and, eq, inArray, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { commits, pipelineJobs, pipelineRuns, workers, workItems } from "@/db/schema";
import { classifyBranch } from "@/domain/branches/naming";
import { isRunOver } from "@/domain/pipelines/status";
import { type Wait, whyRunWaits } from "@/domain/pipelines/waiting";
import { inScope } from "../auth/scope";
import type { Context } from "../context";
import { readInstallation } from "../settings/queries";
import { JOB_SLOTS } from "./job";
import type { RunRow } from "./rows";

const HEADS = "refs/heads/";

/** What a run belongs to is told by its branch, or by the commit's message where the branch does not say. */
export const commitWorkItem = sql<string | null>`(select min(k.work_item_key) from commit_work_items k
  join work_items w on w.key = k.work_item_key and w.product_id = ${pipelineRuns.productId}
  where k.repository_id = ${pipelineRuns.repositoryId} and k.sha = ${pipelineRuns.commitSha})`;

/** When the first job began, whatever was tried again since: what comes before it is queueing. */
export const firstJobStartedAt = sql<Date | null>`(select min(j.started_at) from pipeline_jobs j
  where j.run_id = ${pipelineRuns.id})`.mapWith(pipelineRuns.startedAt);

export const commitOfRun = and(
  eq(commits.repositoryId, pipelineRuns.repositoryId),
  eq(commits.sha, pipelineRuns.commitSha),
);

export function branchOf(ref: string): string {
  return ref.startsWith(HEADS) ? ref.slice(HEADS.length) : ref;
}

export function times(
  run: Pick<RunRow, "createdAt" | "startedAt" | "finishedAt">,
  firstStartedAt: Date | null,
) {
  const between = (from: Date | null, to: Date | null) => (from && to ? to.getTime() - from.getTime() : null);
  return {
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    /** Until its first job began; null while none has. */
    queueMs: between(run.createdAt, firstStartedAt),
    /** Null while it runs. */
    durationMs: between(run.startedAt, run.finishedAt),
  };
}

export type WorkItemMark = { key: string; title: string };

/** The work item of each run that its own product has and the actor may read, by run id. */
export async function workItemsOf(
  ctx: Context,
  runs: readonly { id: string; productId: string; ref: string; commitWorkItem: string | null }[],
): Promise<Map<string, WorkItemMark>> {
  const keyOf = (run: { ref: string; commitWorkItem: string | null }) =>
    classifyBranch(branchOf(run.ref)).workItemKey ?? run.commitWorkItem;
  const keys = [...new Set(runs.flatMap((run) => keyOf(run) ?? []))];
  if (keys.length === 0) return new Map();
  const known = await ctx.db
    .select({ key: workItems.key, title: workItems.title, productId: workItems.productId })
    .from(workItems)
    .where(
      and(
        inArray(workItems.key, keys),
        inScope(ctx.actor, "workItems.read", { productId: workItems.productId }),
      ),
    );
  return new Map(
    runs.flatMap((run) => {
      const item = known.find(({ key, productId }) => key === keyOf(run) && productId === run.productId);
      return item ? [[run.id, { key: item.key, title: item.title }] as const] : [];
    }),
  );
}

/** Why each open run of which nothing runs waits, by run id. */
export async function waitsOf(
  db: Db,
  runs: readonly Pick<RunRow, "id" | "state">[],
): Promise<Map<string, Wait>> {
  const open = runs.filter((run) => !isRunOver(run.state));
  if (open.length === 0) return new Map();
  const installation = await readInstallation(db);
  const [worker] = await db
    .select({
      lag: sql<number | null>`extract(epoch from clearway_now() - max(${workers.seenAt}))::float8`,
    })
    .from(workers);
  const busy = await db
    .select({ runId: pipelineJobs.runId, state: pipelineJobs.state, queuedAt: pipelineJobs.queuedAt })
    .from(pipelineJobs)
    .where(inArray(pipelineJobs.state, ["queued", "running"]))
    .orderBy(pipelineJobs.queuedAt, pipelineJobs.id)
    .limit(1000);
  const waits = new Map<string, Wait>();
  for (const run of open) {
    const own = busy.filter((job) => job.runId === run.id);
    if (own.some((job) => job.state === "running")) continue;
    const since = own[0]?.queuedAt?.getTime() ?? Number.POSITIVE_INFINITY;
    const ahead = busy.filter((job) => job.runId !== run.id && (job.queuedAt?.getTime() ?? 0) < since).length;
    const facts = {
      isRunnerEnabled: installation?.isRunnerEnabled ?? false,
      secondsSinceWorker: worker?.lag ?? null,
      jobsAhead: ahead < JOB_SLOTS ? 0 : ahead,
    };
    waits.set(run.id, whyRunWaits(facts));
  }
  return waits;
}
