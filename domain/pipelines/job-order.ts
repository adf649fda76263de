import { durationMs, type JobDefinition } from "./definition";
import type { PlannedJob } from "./planned-jobs";
import { isJobOver, type JobState } from "./status";

/** What is known of each job; a job that is not named is waiting. */
export type JobStates = Readonly<Record<string, JobState>>;

/** What the order needs to know of jobs: of a file, or as they are planned. */
export type JobGraph = { readonly jobs: Readonly<Record<string, Pick<JobDefinition, "needs">>> };

/** Every job after those it needs; otherwise in the order of the file. */
export function jobOrder({ jobs }: JobGraph): string[] {
  const order = new Set<string>();
  const place = (key: string): void => {
    if (order.has(key)) return;
    for (const need of jobs[key]?.needs ?? []) place(need);
    order.add(key);
  };
  for (const key of Object.keys(jobs)) place(key);
  return [...order];
}

/** The waiting jobs of which every need has passed, in job order. */
export function readyJobs(definition: JobGraph, states: JobStates): string[] {
  return jobOrder(definition).filter(
    (key) =>
      stateOf(states, key) === "waiting" &&
      needsOf(definition, key).every((need) => stateOf(states, need) === "passed"),
  );
}

/** The waiting jobs that can no longer start, because one they need (at any distance) is over and did not pass. */
export function unreachableJobs(definition: JobGraph, states: JobStates): string[] {
  const lost = new Set<string>();
  for (const key of jobOrder(definition)) {
    if (stateOf(states, key) !== "waiting") continue;
    const isLost = needsOf(definition, key).some((need) => {
      const state = stateOf(states, need);
      return lost.has(need) || (isJobOver(state) && state !== "passed");
    });
    if (isLost) lost.add(key);
  }
  return [...lost];
}

/** "Unit tests", in a matrix "Unit tests (18, linux)". */
export function jobName({ group, name, values }: Pick<PlannedJob, "group" | "name" | "values">): string {
  const plain = name ?? group;
  return values === null ? plain : `${plain} (${Object.values(values).join(", ")})`;
}

export function jobTimeoutSeconds(job: Pick<JobDefinition, "timeout">): number {
  return (durationMs(job.timeout) ?? 0) / 1000;
}

function needsOf({ jobs }: JobGraph, key: string): readonly string[] {
  return jobs[key]?.needs ?? [];
}

function stateOf(states: JobStates, key: string): JobState {
  return Object.hasOwn(states, key) ? (states[key] ?? "waiting") : "waiting";
}
