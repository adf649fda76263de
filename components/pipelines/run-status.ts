import type { Outputs } from "@/components/trpc/outputs";
import type { Status } from "@/components/ui/status-mark";
import type { JobState, RunState, RunTrigger } from "@/domain/pipelines/status";

export type Run = Outputs["pipelines"]["get"];
export type RunJob = Run["jobs"][number];
export type RunLine = Outputs["pipelines"]["list"]["runs"][number];

type Standing = { status: Status; words: string };

const RUNS: Record<RunState, Standing> = {
  queued: { status: "waiting", words: "queued" },
  running: { status: "running", words: "running" },
  passed: { status: "ok", words: "passed" },
  failed: { status: "failed", words: "failed" },
  cancelled: { status: "superseded", words: "cancelled" },
  interrupted: { status: "unknown", words: "interrupted" },
  invalid: { status: "blocked", words: "file refused" },
};

const JOBS: Record<JobState, Standing> = {
  waiting: { status: "waiting", words: "waits" },
  queued: { status: "waiting", words: "queued" },
  running: { status: "running", words: "running" },
  passed: { status: "ok", words: "passed" },
  failed: { status: "failed", words: "failed" },
  timed_out: { status: "failed", words: "timed out" },
  cancelled: { status: "superseded", words: "cancelled" },
  skipped: { status: "superseded", words: "skipped" },
  interrupted: { status: "unknown", words: "interrupted" },
};

export const runStanding = (state: RunState): Standing => RUNS[state];
export const jobStanding = (state: JobState): Standing => JOBS[state];

type Triggered = { trigger: RunTrigger; requestedBy: string | null };

/** What made it run, in words. */
export function triggerInWords({ trigger, requestedBy }: Triggered): string {
  switch (trigger) {
    case "push":
      return requestedBy ? `push by ${requestedBy}` : "push";
    case "candidate":
      return "check of a merge";
    case "manual":
      return requestedBy ? `started by ${requestedBy}` : "started by hand";
    case "external":
      return "reported from outside";
  }
}

/** The promotion whose merge was checked, where the run is of a candidate; a push is of its branch itself. */
export function candidateOf(run: Pick<RunLine, "trigger" | "promotionNumber">): number | null {
  return run.trigger === "candidate" || run.trigger === "external" ? run.promotionNumber : null;
}

/** What one came to see: the job that was asked for, else what failed, else what runs, else the last. */
export function chosenJob(run: Run, key: string | undefined): RunJob | undefined {
  return (
    run.jobs.find((job) => job.key === key) ??
    run.jobs.find(({ state }) => state === "failed" || state === "timed_out" || state === "interrupted") ??
    run.jobs.findLast(({ state }) => state === "running") ??
    run.jobs.findLast(({ startedAt }) => startedAt !== null) ??
    run.jobs[0]
  );
}
