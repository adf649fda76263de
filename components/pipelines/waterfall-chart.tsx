"use client";

import { AppLink } from "@/components/ui/app-link";
import { classNames } from "@/components/ui/class-names";
import { formatDuration } from "@/components/ui/format-time";
import { Panel } from "@/components/ui/panel";
import { type Status, StatusMark } from "@/components/ui/status-mark";
import { Elapsed } from "@/components/ui/time-ago";
import { useNow } from "@/components/ui/use-now";
import { isJobOver, isRunOver } from "@/domain/pipelines/status";
import { type Span, type WaterfallBar, waterfall } from "@/domain/pipelines/waterfall";
import { medianInWords } from "./against-usual";
import { runHref } from "./run-search";
import { jobStanding, type Run, type RunJob } from "./run-status";
import { testsInWords } from "./test-counts";

const FILL: Record<Status, string> = {
  ok: "bg-ok",
  running: "bg-run",
  waiting: "bg-wait",
  blocked: "bg-bad",
  failed: "bg-bad",
  "rolled-back": "bg-back",
  unknown: "bg-wait",
  frozen: "bg-run",
  superseded: "bg-idle",
};

const QUEUE_PATTERN = {
  backgroundImage: "radial-gradient(currentColor 1px, transparent 1px)",
  backgroundSize: "4px 4px",
};

type WaterfallChartProps = { run: Run; selectedKey: string | undefined };

/** Jobs on one axis: queue apart from run, what it usually takes behind it, the path that decides outlined. */
export function WaterfallChart({ run, selectedKey }: WaterfallChartProps) {
  const now = useNow(1000);
  const end = run.finishedAt?.getTime();
  const chart = waterfall(
    run.jobs.map((job) => ({
      key: job.key,
      queuedAt: job.queuedAt?.getTime() ?? null,
      startedAt: job.startedAt?.getTime() ?? null,
      finishedAt: job.finishedAt?.getTime() ?? null,
      p50Ms: job.p50Ms,
    })),
    run.createdAt.getTime(),
    isRunOver(run.state) && end ? end : now,
  );
  const critical = new Set(run.criticalPath.keys);
  const hasBegun = run.jobs.some((job) => job.startedAt !== null);
  const rowOf = (job: RunJob, label: string) => (
    <JobRow
      key={job.key}
      job={job}
      label={label}
      isInGroup={label !== job.name}
      bar={hasBegun ? chart.bars.find(({ key }) => key === job.key) : undefined}
      isCritical={critical.has(job.key) && critical.size > 1}
      isSelected={job.key === selectedKey}
      href={runHref(run.number, { tab: "log", jobKey: job.key })}
    />
  );
  return (
    <Panel title="Jobs" note={hasBegun ? <Legend usualOf={run.usualOf} /> : "none has started yet"} flush>
      <ol className="py-1.5">
        {groupsOf(run.jobs).map(({ name, jobs }) => {
          const [first] = jobs;
          if (name === null) return first ? rowOf(first, first.name) : null;
          return (
            <li key={first?.key}>
              <p className="flex h-8 items-center gap-2 px-4 text-ink-2">
                <span className="text-ink">{name}</span>
                <span className="text-xs">{groupInWords(jobs)}</span>
              </p>
              <ol aria-label={name}>{jobs.map((job) => rowOf(job, valuesOf(job)))}</ol>
            </li>
          );
        })}
      </ol>
      <div
        aria-hidden
        className={classNames(
          "grid grid-cols-[minmax(120px,260px)_minmax(0,1fr)_88px] gap-x-3 border-t px-4 py-1 text-ink-2 text-xs max-sm:hidden",
          !hasBegun && "hidden",
        )}
      >
        <span />
        <span className="relative h-4" suppressHydrationWarning>
          {chart.ticks.map((tick) => (
            <span
              key={tick.ms}
              suppressHydrationWarning
              className={classNames(
                "absolute whitespace-nowrap",
                tick.at > 0.96 ? "-translate-x-full" : tick.at > 0 && "-translate-x-1/2",
              )}
              style={{ left: `${tick.at * 100}%` }}
            >
              {tickInWords(tick.ms)}
            </span>
          ))}
        </span>
        <span />
      </div>
    </Panel>
  );
}

type JobGroup = { name: string | null; jobs: readonly RunJob[] };

/** Jobs of one matrix stand together where the first of them stands; a job alone has no name of a group. */
function groupsOf(jobs: readonly RunJob[]): JobGroup[] {
  const keys = [...new Set(jobs.map((job) => job.group))];
  return keys.map((key) => {
    const own = jobs.filter((job) => job.group === key);
    const isMatrix = own.some((job) => job.key !== key);
    return { name: isMatrix ? (own[0]?.name.replace(/ \([^()]*\)$/, "") ?? key) : null, jobs: own };
  });
}

/** "20, linux": what tells a job of a matrix from the others. */
function valuesOf(job: RunJob): string {
  return job.key.split("/").slice(1).join(", ");
}

function groupInWords(jobs: readonly RunJob[]): string {
  const passed = jobs.filter((job) => job.state === "passed").length;
  return `${passed} of ${jobs.length} passed`;
}

/** Marks closer than a second apart must not read alike. */
function tickInWords(ms: number): string {
  if (ms === 0) return "0";
  return ms > 1000 && ms < 10_000 && ms % 1000 !== 0 ? `${(ms / 1000).toFixed(1)} s` : formatDuration(ms);
}

type JobRowProps = {
  job: RunJob;
  label: string;
  isInGroup: boolean;
  bar: WaterfallBar | undefined;
  isCritical: boolean;
  isSelected: boolean;
  href: string;
};

function JobRow({ job, label, isInGroup, bar, isCritical, isSelected, href }: JobRowProps) {
  const standing = jobStanding(job.state);
  return (
    <li
      className={classNames(
        "relative grid grid-cols-[minmax(0,1fr)_88px] items-center gap-x-3 px-4 py-1 hover:bg-fill sm:h-8 sm:grid-cols-[minmax(120px,260px)_minmax(0,1fr)_88px] sm:py-0",
        isSelected && "bg-accent-tint hover:bg-accent-tint",
      )}
    >
      <AppLink
        href={href}
        scroll={false}
        data-row-link
        aria-current={isSelected ? "true" : undefined}
        className={classNames("row-link flex min-w-0 items-center gap-2", isInGroup && "pl-4")}
      >
        <StatusMark status={standing.status} label={standing.words} />
        <span className="truncate">
          {isInGroup ? <span className="sr-only">{job.name}</span> : null}
          <span aria-hidden={isInGroup}>{label}</span>
        </span>
        {job.tests ? (
          <span
            className={classNames(
              "shrink-0 truncate text-xs max-lg:hidden",
              job.tests.failed > 0 ? "text-bad-ink" : "text-ink-2",
            )}
          >
            {testsInWords(job.tests)}
          </span>
        ) : null}
        {job.attempt > 1 ? <span className="shrink-0 text-ink-2 text-xs">attempt {job.attempt}</span> : null}
      </AppLink>
      <span className="relative h-5 max-sm:order-last max-sm:col-span-2" data-tip={tipOf(job)}>
        <Bar bar={bar} status={standing.status} isCritical={isCritical} />
      </span>
      <span className="whitespace-nowrap text-right text-ink-2">
        {job.startedAt && !isJobOver(job.state) ? (
          <Elapsed since={job.startedAt} />
        ) : job.durationMs === null ? (
          standing.words
        ) : (
          formatDuration(job.durationMs)
        )}
      </span>
    </li>
  );
}

function tipOf(job: RunJob): string {
  return [
    job.queueMs === null ? null : `queued ${formatDuration(job.queueMs)}`,
    job.durationMs === null ? null : `ran ${formatDuration(job.durationMs)}`,
    job.p50Ms === null ? null : `usually ${formatDuration(job.p50Ms)}`,
  ]
    .filter((part) => part !== null)
    .join(" · ");
}

type BarProps = { bar: WaterfallBar | undefined; status: Status; isCritical: boolean };

function Bar({ bar, status, isCritical }: BarProps) {
  if (!bar) return null;
  return (
    <span aria-hidden>
      {bar.queue ? (
        <span
          suppressHydrationWarning
          className="absolute top-1.5 h-2 text-ink-3"
          style={{ ...placeOf(bar.queue), ...QUEUE_PATTERN }}
        />
      ) : null}
      {bar.usual ? (
        <span
          suppressHydrationWarning
          className={classNames(
            "absolute top-0.5 h-4 rounded-sm border border-line-strong border-dashed",
            bar.usual.to >= 1 && "rounded-r-none border-r-0",
          )}
          style={placeOf(bar.usual)}
        />
      ) : null}
      {bar.run ? (
        <span
          suppressHydrationWarning
          className={classNames(
            "absolute top-1 h-3 min-w-0.5 rounded-[3px]",
            FILL[status],
            isCritical && "outline-[1.5px] outline-ink outline-offset-1",
          )}
          style={placeOf(bar.run)}
        />
      ) : null}
    </span>
  );
}

function placeOf({ from, to }: Span) {
  return { left: `${from * 100}%`, width: `${(to - from) * 100}%` };
}

function Legend({ usualOf }: { usualOf: number }) {
  return (
    <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <span className="flex items-center gap-1.5">
        <span aria-hidden className="h-2 w-4 text-ink-3" style={QUEUE_PATTERN} /> queued
      </span>
      <span className="flex items-center gap-1.5">
        <span aria-hidden className="h-2.5 w-4 rounded-[3px] bg-idle" /> ran
      </span>
      <span className="flex items-center gap-1.5">
        <span aria-hidden className="h-3 w-4 rounded-sm border border-line-strong border-dashed" /> usual
        {usualOf > 0 ? `, the ${medianInWords(usualOf)}` : ""}
      </span>
      <span className="flex items-center gap-1.5">
        <span
          aria-hidden
          className="h-2 w-4 rounded-[3px] bg-idle outline-[1.5px] outline-ink outline-offset-1"
        />{" "}
        <span data-tip="The longest chain of jobs that need each other: what must become shorter for the run to">
          critical path
        </span>
      </span>
    </span>
  );
}
