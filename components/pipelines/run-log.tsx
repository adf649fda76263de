"use client";

import { Download, RotateCcw } from "lucide-react";
import { tell } from "@/components/trpc/refusal";
import { Button, buttonClass } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { FilterChips } from "@/components/ui/filter-chips";
import { LogView } from "@/components/ui/log-view";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { isJobOver } from "@/domain/pipelines/status";
import { sizeInWords } from "./run-artifacts";
import { type RunAddress, runHref } from "./run-search";
import { jobStanding, type Run, type RunJob } from "./run-status";
import { useJobLog } from "./use-job-log";
import { useLogSearch } from "./use-log-search";

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
      <CacheNotes notes={shown.id === job.id ? job.caches : []} />
      <JobLog
        key={shown.id}
        job={job}
        jobId={shown.id}
        isOver={isJobOver(shown.state)}
        linkedLine={address.line}
        lineHref={(line) =>
          runHref(run.number, {
            tab: "log",
            jobKey: job.key,
            attempt: shown.id === job.id ? undefined : shown.attempt,
            line,
          })
        }
        onRerun={job.canRerun && shown.id === job.id ? () => onRerun(job.id) : undefined}
      />
    </div>
  );
}

/** What came from earlier runs, and what was kept for later ones. */
function CacheNotes({ notes }: { notes: RunJob["caches"] }) {
  if (notes.length === 0) return null;
  return (
    <ul aria-label="Caches" className="flex flex-wrap gap-x-5 gap-y-1 text-ink-2">
      {notes.map((note) => (
        <li key={note.key}>
          cache <span className="font-mono text-ink text-xs">{note.key}</span> {cacheInWords(note)}
        </li>
      ))}
    </ul>
  );
}

function cacheInWords({ restoredBytes, restoredFrom, savedBytes, note }: RunJob["caches"][number]): string {
  const branch = restoredFrom?.replace(/^refs\/heads\//, "");
  return [
    restoredBytes === null
      ? "nothing to restore"
      : `restored ${sizeInWords(restoredBytes)} ${branch ? `of ${branch}` : "of this very tree"}`,
    savedBytes === null ? null : `saved ${sizeInWords(savedBytes)}`,
    note,
  ]
    .filter((part) => part !== null)
    .join(" · ");
}

type JobLogProps = {
  job: RunJob;
  jobId: string;
  isOver: boolean;
  linkedLine: number | undefined;
  lineHref: (line: number) => string;
  onRerun: (() => void) | undefined;
};

function JobLog({ job, jobId, isOver, linkedLine, lineHref, onRerun }: JobLogProps) {
  const log = useJobLog(jobId);
  const search = useLogSearch(jobId);
  if (log.error) return <ErrorState message={tell(log.error).sentence} onRetry={log.retry} />;
  return (
    <LogView
      label={job.name}
      lines={log.lines}
      search={search}
      lineHref={lineHref}
      linkedLine={linkedLine}
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
        <>
          {log.lines.length > 0 ? (
            <a
              href={`/api/jobs/${jobId}/log`}
              download
              className={buttonClass({ variant: "ghost", size: "small" })}
            >
              <Download aria-hidden className="size-3.5" />
              Download<span className="sr-only"> the log of {job.name}</span>
            </a>
          ) : null}
          {onRerun ? (
            <Button size="small" icon={<RotateCcw aria-hidden className="size-3.5" />} onClick={onRerun}>
              Run it again
            </Button>
          ) : null}
        </>
      }
    />
  );
}
