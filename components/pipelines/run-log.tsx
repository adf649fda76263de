"use client";

import { RotateCcw } from "lucide-react";
import { tell } from "@/components/trpc/refusal";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { FilterChips } from "@/components/ui/filter-chips";
import { LogView } from "@/components/ui/log-view";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { isJobOver } from "@/domain/pipelines/status";
import { type RunAddress, runHref } from "./run-search";
import { jobStanding, type Run, type RunJob } from "./run-status";
import { useJobLog } from "./use-job-log";

type RunLogProps = {
  run: Run;
  job: RunJob | undefined;
  address: RunAddress;
  onRerun: (jobId: string) => void;
};

/** The log of one attempt at one job. */
export function RunLog({ run, job, address, onRerun }: RunLogProps) {
  if (!job) {
    return (
      <EmptyState title="This run has no jobs">
        {run.state === "invalid" ? "Its pipeline file was refused." : "Nothing was declared for it to do."}
      </EmptyState>
    );
  }
  const attempts = [job, ...job.earlier];
  const shown = attempts.find(({ attempt }) => attempt === address.attempt) ?? job;
  return (
    <div className="flex flex-col gap-3">
      {attempts.length > 1 ? (
        <FilterChips
          label="Attempt"
          chips={attempts.map(({ attempt, state }) => ({
            label: `Attempt ${attempt}, ${jobStanding(state).words}`,
            href: runHref(run.number, {
              tab: "log",
              jobKey: job.key,
              attempt: attempt === job.attempt ? undefined : attempt,
            }),
            current: attempt === shown.attempt,
          }))}
        />
      ) : null}
      {shown.reason || (job.exitCode !== null && job.exitCode !== 0 && shown.id === job.id) ? (
        <Callout
          tone={shown.state === "failed" || shown.state === "timed_out" ? "error" : "info"}
          title={`${job.name} ${jobStanding(shown.state).words}`}
        >
          {shown.reason ? <UntrustedText>{shown.reason}</UntrustedText> : `Exit code ${job.exitCode}.`}
        </Callout>
      ) : null}
      <JobLog
        key={shown.id}
        job={job}
        jobId={shown.id}
        isOver={isJobOver(shown.state)}
        onRerun={job.canRerun && shown.id === job.id ? () => onRerun(job.id) : undefined}
      />
    </div>
  );
}

type JobLogProps = {
  job: RunJob;
  jobId: string;
  isOver: boolean;
  onRerun: (() => void) | undefined;
};

function JobLog({ job, jobId, isOver, onRerun }: JobLogProps) {
  const log = useJobLog(jobId);
  if (log.error) return <ErrorState message={tell(log.error).sentence} onRetry={log.retry} />;
  return (
    <LogView
      label={job.name}
      lines={log.lines}
      live={!(isOver || log.isOver)}
      empty={
        log.isLoading
          ? "Loading…"
          : isOver
            ? "It wrote nothing."
            : job.startedAt
              ? "No output yet."
              : "It has not started: its log appears here by itself."
      }
      actions={
        onRerun ? (
          <Button size="small" icon={<RotateCcw aria-hidden className="size-3.5" />} onClick={onRerun}>
            Run it again
          </Button>
        ) : null
      }
    />
  );
}
