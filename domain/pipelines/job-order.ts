import { durationMs, type JobDefinition, type PipelineDefinition } from "./definition";
import { isJobOver, type JobState } from "./status";

/** What is known of each job; a job that is not named is waiting. */
export type JobStates = Readonly<Record<string, JobState>>;

/** Every job after those it needs; otherwise in the order of the file. */
export function jobOrder({ jobs }: PipelineDefinition): string[] {
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
export function readyJobs(definition: PipelineDefinition, states: JobStates): string[] {
  return jobOrder(definition).filter(
    (key) =>
      stateOf(states, key) === "waiting" &&
      needsOf(definition, key).every((need) => stateOf(states, need) === "passed"),
  );
}

/** The waiting jobs that can no longer start, because one they need (at any distance) is over and did not pass. */
export function unreachableJobs(definition: PipelineDefinition, states: JobStates): string[] {
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

export function jobName(key: string, job: JobDefinition): string {
  return job.name ?? key;
}

export function jobTimeoutSeconds(job: JobDefinition): number {
  return (durationMs(job.timeout) ?? 0) / 1000;
}

function needsOf({ jobs }: PipelineDefinition, key: string): readonly string[] {
  return jobs[key]?.needs ?? [];
}

function stateOf(states: JobStates, key: string): JobState {
  return Object.hasOwn(states, key) ? (states[key] ?? "waiting") : "waiting";
}
