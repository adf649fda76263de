import { eq, inArray } from "drizzle-orm";
import { pipelineJobs, pipelineRuns } from "@/db/schema";
import { PipelineDefinition } from "@/domain/pipelines/definition";
import { readyJobs, unreachableJobs } from "@/domain/pipelines/job-order";
import { plannedJobs } from "@/domain/pipelines/planned-jobs";
import { isJobOver, isRunOver, type JobState, type RunState } from "@/domain/pipelines/status";
import type { Change } from "../audit/change";
import { readInstallation } from "../settings/queries";
import { announceRun, type JobRow, latestJobs, type RunRow, runSubject, wakePromotions } from "./rows";

type Ending = Extract<RunState, "passed" | "failed" | "cancelled" | "interrupted">;

/** Moves a locked run on as far as its jobs allow: skips, queues, ends. Nothing new begins while the runner is off. */
export async function settleRun(c: Change, run: RunRow): Promise<void> {
  if (isRunOver(run.state)) return;
  const definition = plannedJobs(PipelineDefinition.parse(run.definition));
  let jobs = await latestJobs(c.db, run.id);
  const lost = new Set(unreachableJobs(definition, statesOf(jobs)));
  for (const job of jobs.filter(({ key }) => lost.has(key))) {
    await moveJobs(c, [job.id], { state: "skipped", reason: whySkipped(job, jobs, lost), finishedAt: c.now });
  }
  jobs = jobs.map((job) => (lost.has(job.key) ? { ...job, state: "skipped" } : job));
  const over = jobs.every((job) => isJobOver(job.state));
  if (over) return endRun(c, run, endingOf(jobs), whyEnded(jobs));
  const isRunnerEnabled = (await readInstallation(c.db))?.isRunnerEnabled ?? false;
  const ready = isRunnerEnabled ? new Set(readyJobs(definition, statesOf(jobs))) : new Set<string>();
  const next = jobs.filter(({ key }) => ready.has(key)).map(({ id }) => id);
  if (next.length > 0) await moveJobs(c, next, { state: "queued", queuedAt: c.now });
  for (const jobId of next) await c.enqueue("pipelines.job", { jobId });
  if (next.length > 0 || lost.size > 0) announceRun(c, run);
}

export async function endRun(c: Change, run: RunRow, state: Ending, reason: string | null): Promise<void> {
  await c.db
    .update(pipelineRuns)
    .set({ state, reason, finishedAt: c.now })
    .where(eq(pipelineRuns.id, run.id));
  c.audit({
    action: `pipeline_run.${state}`,
    subject: runSubject(run),
    before: { state: run.state },
    after: { state, commitSha: run.commitSha, treeOid: run.treeOid },
    reason: reason ?? undefined,
  });
  announceRun(c, run);
  if (state === "passed") await c.enqueue("releases.seal", { runId: run.id });
  await wakePromotions(c, run);
}

export async function moveJobs(
  c: Change,
  jobIds: readonly string[],
  to: { state: JobState; reason?: string | null; queuedAt?: Date; finishedAt?: Date },
): Promise<void> {
  await c.db
    .update(pipelineJobs)
    .set(to)
    .where(inArray(pipelineJobs.id, [...jobIds]));
}

function statesOf(jobs: readonly JobRow[]): Record<string, JobState> {
  return Object.fromEntries(jobs.map((job) => [job.key, job.state]));
}

function whySkipped(job: JobRow, jobs: readonly JobRow[], lost: ReadonlySet<string>): string {
  const blocking = jobs.filter(
    ({ key, state }) =>
      job.needs.includes(key) && (lost.has(key) || (isJobOver(state) && state !== "passed")),
  );
  return `Needs ${blocking.map(({ name }) => name).join(" and ")}, which did not pass.`;
}

function endingOf(jobs: readonly Pick<JobRow, "state">[]): Ending {
  const has = (...states: JobState[]) => jobs.some(({ state }) => states.includes(state));
  if (has("failed", "timed_out")) return "failed";
  if (has("interrupted")) return "interrupted";
  return has("cancelled", "skipped") ? "cancelled" : "passed";
}

function whyEnded(jobs: readonly Pick<JobRow, "name" | "state">[]): string | null {
  const told = (state: JobState, words: string) =>
    jobs.filter((job) => job.state === state).map((job) => `${job.name} ${words}.`);
  const sentences = [
    ...told("failed", "failed"),
    ...told("timed_out", "took too long"),
    ...told("interrupted", "was interrupted"),
    ...told("cancelled", "was cancelled"),
  ];
  return sentences.length === 0 ? null : sentences.join(" ");
}
