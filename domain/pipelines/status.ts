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

export function isStandingRun(state: RunState): boolean {
  return STANDING_RUN_STATES.some((standing) => standing === state);
}

export function isRunOver(state: RunState): boolean {
  return state !== "queued" && state !== "running";
}

export function isJobOver(state: JobState): boolean {
  return state !== "waiting" && state !== "queued" && state !== "running";
}

/** The endings after which a person may have the job tried again. */
export const RERUNNABLE_JOB_STATES = [
  "failed",
  "timed_out",
  "cancelled",
  "interrupted",
] as const satisfies readonly JobState[];

export function isRerunnableJob(state: JobState): boolean {
  return RERUNNABLE_JOB_STATES.some((rerunnable) => rerunnable === state);
}
