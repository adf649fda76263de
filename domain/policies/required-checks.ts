import { groupOf } from "../pipelines/planned-jobs";
import type { JobState } from "../pipelines/status";

export type CheckState = "passed" | "waiting" | "failed" | "absent";
type Job = { key: string; attempt: number; state: JobState };

const OPEN: readonly JobState[] = ["waiting", "queued", "running"];

/** How each named check stands in a run: the last attempt of a job counts, and all jobs of one matrix together. */
export function requiredCheckStates(
  keys: readonly string[],
  jobs: readonly Job[],
): Record<string, CheckState> {
  const last = new Map<string, Job>();
  for (const job of jobs) {
    const known = last.get(job.key);
    if (!known || known.attempt < job.attempt) last.set(job.key, job);
  }
  return Object.fromEntries(
    keys.map((key) => [key, stateOf([...last.values()].filter((job) => groupOf(job.key) === key))]),
  );
}

function stateOf(jobs: readonly Job[]): CheckState {
  if (jobs.length === 0) return "absent";
  if (jobs.some(({ state }) => state !== "passed" && !OPEN.includes(state))) return "failed";
  return jobs.every(({ state }) => state === "passed") ? "passed" : "waiting";
}
