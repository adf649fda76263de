export const RUN_STATES = [
  "queued",
  "running",
  "passed",
  "failed",
  "cancelled",
  "interrupted",
  "invalid",
] as const;
export type RunState = (typeof RUN_STATES)[number];

export const RUN_TRIGGERS = ["push", "candidate", "manual", "external"] as const;
export type RunTrigger = (typeof RUN_TRIGGERS)[number];

/** A run in one of these stands for its tree: no second one is started beside it. */
export const STANDING_RUN_STATES = ["queued", "running", "passed"] as const satisfies readonly RunState[];

export const JOB_STATES = [
  "waiting",
  "queued",
  "running",
  "passed",
  "failed",
  "timed_out",
  "cancelled",
  "skipped",
  "interrupted",
] as const;
export type JobState = (typeof JOB_STATES)[number];

export const MIGRATION_CLASSES = ["none", "expand", "contract", "irreversible"] as const;
export type MigrationClass = (typeof MIGRATION_CLASSES)[number];

export function isRunOver(state: RunState): boolean {
  return state !== "queued" && state !== "running";
}

export function isJobOver(state: JobState): boolean {
  return state !== "waiting" && state !== "queued" && state !== "running";
}
