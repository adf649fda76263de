/** A worker that was not seen for so long is not counted on. */
export const WORKER_ABSENT_SECONDS = 30;

export const WAIT_CODES = ["runner_off", "worker_absent", "queued_behind", "about_to_start"] as const;
export type WaitCode = (typeof WAIT_CODES)[number];

export type WaitFacts = {
  readonly isRunnerEnabled: boolean;
  /** Null: none was ever seen. */
  readonly secondsSinceWorker: number | null;
  /** Jobs of other runs that run, or that were queued before. */
  readonly jobsAhead: number;
};

export type Wait = { readonly code: WaitCode; readonly text: string };

/** Why a run of which nothing runs waits, and what a person can do about it. */
export function whyRunWaits({ isRunnerEnabled, secondsSinceWorker, jobsAhead }: WaitFacts): Wait {
  if (!isRunnerEnabled) {
    return {
      code: "runner_off",
      text: "The runner is off. A platform admin can turn it on in the settings.",
    };
  }
  if (secondsSinceWorker === null || secondsSinceWorker > WORKER_ABSENT_SECONDS) {
    const since =
      secondsSinceWorker === null ? "No worker was ever seen" : `No worker for ${spoken(secondsSinceWorker)}`;
    return { code: "worker_absent", text: `${since}. It starts as soon as one is back.` };
  }
  if (jobsAhead > 0) {
    const jobs = jobsAhead === 1 ? "1 job" : `${jobsAhead} jobs`;
    return { code: "queued_behind", text: `Waits behind ${jobs} of other runs.` };
  }
  return { code: "about_to_start", text: "Starts in a moment." };
}

function spoken(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
