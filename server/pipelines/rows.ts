import { and, desc, eq, inArray } from "drizzle-orm";
import type { Db } from "@/db/client";
import { mergeCandidates, pipelineJobs, pipelineRuns, promotions, repositories } from "@/db/schema";
import { notFound } from "@/domain/errors";
import { STANDING_RUN_STATES } from "@/domain/pipelines/status";
import { WAITING_STATES } from "@/domain/promotions/status";
import type { Change } from "../audit/change";

export type RunRow = typeof pipelineRuns.$inferSelect;
export type JobRow = typeof pipelineJobs.$inferSelect;
export type RepositoryRow = typeof repositories.$inferSelect;

export async function readRun(db: Db, runId: string): Promise<RunRow> {
  const [run] = await db.select().from(pipelineRuns).where(eq(pipelineRuns.id, runId));
  if (!run) throw notFound("run");
  return run;
}

/** Every change of a run or of its jobs' states begins with this lock; jobs are locked after their run. */
export async function lockRun(db: Db, runId: string): Promise<RunRow> {
  const [run] = await db.select().from(pipelineRuns).where(eq(pipelineRuns.id, runId)).for("update");
  if (!run) throw notFound("run");
  return run;
}

export async function readRepository(db: Db, repositoryId: string): Promise<RepositoryRow> {
  const [repository] = await db.select().from(repositories).where(eq(repositories.id, repositoryId));
  if (!repository) throw notFound("repository");
  return repository;
}

/** The run that stands for the tree; when there is none, the last one that ended otherwise. */
export async function findRunOfTree(
  db: Db,
  repositoryId: string,
  treeOid: string,
): Promise<Pick<RunRow, "id" | "number" | "state"> | null> {
  const [run] = await db
    .select({ id: pipelineRuns.id, number: pipelineRuns.number, state: pipelineRuns.state })
    .from(pipelineRuns)
    .where(and(eq(pipelineRuns.repositoryId, repositoryId), eq(pipelineRuns.treeOid, treeOid)))
    .orderBy(desc(inArray(pipelineRuns.state, [...STANDING_RUN_STATES])), desc(pipelineRuns.number))
    .limit(1);
  return run ?? null;
}

/** The last attempt at each job, in the order of the pipeline. */
export async function latestJobs(db: Db, runId: string): Promise<JobRow[]> {
  const rows = await db
    .selectDistinctOn([pipelineJobs.key])
    .from(pipelineJobs)
    .where(eq(pipelineJobs.runId, runId))
    .orderBy(pipelineJobs.key, desc(pipelineJobs.attempt));
  return rows.toSorted((a, b) => a.position - b.position);
}

export function announceRun(c: Change, run: Pick<RunRow, "id" | "productId">): void {
  c.announce({ topic: "pipelines", id: run.id, productId: run.productId });
}

export function runSubject(run: Pick<RunRow, "id" | "number" | "productId">) {
  return { type: "pipeline_run", id: run.id, label: `run ${run.number}`, productId: run.productId };
}

/** Waiting promotions look again when the run of a tree that they would put on their target has moved on. */
export async function wakePromotions(
  c: Change,
  run: Pick<RunRow, "repositoryId" | "treeOid">,
): Promise<void> {
  const waiting = await c.db
    .selectDistinct({ id: promotions.id })
    .from(promotions)
    .innerJoin(
      mergeCandidates,
      and(eq(mergeCandidates.promotionId, promotions.id), eq(mergeCandidates.revision, promotions.revision)),
    )
    .where(
      and(
        eq(promotions.repositoryId, run.repositoryId),
        eq(mergeCandidates.treeOid, run.treeOid),
        inArray(promotions.state, [...WAITING_STATES]),
      ),
    );
  for (const { id } of waiting) await c.enqueue("promotions.evaluate", { promotionId: id });
}
