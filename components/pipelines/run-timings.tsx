import { type Column, DataTable } from "@/components/ui/data-table";
import { Duration } from "@/components/ui/duration";
import { Panel } from "@/components/ui/panel";
import { StatusText } from "@/components/ui/status-pill";
import { differenceInWords } from "./against-usual";
import { jobStanding, type Run, type RunJob } from "./run-status";

/** The waterfall as figures. */
export function RunTimings({ run }: { run: Run }) {
  return (
    <Panel flush>
      <DataTable label="Timings" columns={COLUMNS} rows={run.jobs} rowKey={(job) => job.id} />
    </Panel>
  );
}

const COLUMNS: readonly Column<RunJob>[] = [
  { key: "job", header: "Job", width: "100%", heading: true, cell: (job) => job.name },
  {
    key: "state",
    header: "State",
    cell: (job) => {
      const { status, words } = jobStanding(job.state);
      return (
        <StatusText status={status} className="whitespace-nowrap">
          {words}
        </StatusText>
      );
    },
  },
  {
    key: "needs",
    header: "Needs",
    from: "md",
    cell: (job) => <span className="text-ink-2">{job.needs.join(", ") || "–"}</span>,
  },
  { key: "queue", header: "Queued for", numeric: true, cell: (job) => <Duration ms={job.queueMs} /> },
  { key: "ran", header: "Ran for", numeric: true, cell: (job) => <Duration ms={job.durationMs} /> },
  {
    key: "usual",
    header: "Usually",
    numeric: true,
    from: "sm",
    cell: (job) => <Duration ms={job.p50Ms} className="text-ink-2" />,
  },
  {
    key: "difference",
    header: "Difference",
    numeric: true,
    from: "sm",
    cell: (job) =>
      job.durationMs === null || job.p50Ms === null ? (
        <Duration ms={null} />
      ) : (
        differenceInWords(job.durationMs - job.p50Ms)
      ),
  },
  {
    key: "exit",
    header: "Exit code",
    numeric: true,
    from: "lg",
    cell: (job) => <span className="text-ink-2">{job.exitCode ?? "–"}</span>,
  },
];

/** "Slowest against its usual time: build, +1 min 2 s." Only where a job was noticeably slower. */
export function slowestInWords(jobs: readonly RunJob[]): string | null {
  const slower = jobs
    .flatMap((job) =>
      job.durationMs !== null && job.p50Ms !== null && job.durationMs > job.p50Ms * 1.25
        ? [{ name: job.name, ms: job.durationMs - job.p50Ms }]
        : [],
    )
    .toSorted((a, b) => b.ms - a.ms);
  const [most] = slower;
  return most && most.ms >= 1000
    ? `Slowest against its usual time: ${most.name}, ${differenceInWords(most.ms)}.`
    : null;
}
