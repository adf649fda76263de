import { type Column, DataTable } from "@/components/ui/data-table";
import { Duration } from "@/components/ui/duration";
import { Sha } from "@/components/ui/sha";
import { StatusText } from "@/components/ui/status-pill";
import { Elapsed, TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import { AgainstUsual } from "./against-usual";
import { candidateOf, type RunLine, runStanding, triggerInWords } from "./run-status";

export function RunTable({ runs }: { runs: readonly RunLine[] }) {
  return (
    <DataTable
      label="Pipeline runs"
      columns={COLUMNS}
      rows={runs}
      rowKey={(run) => run.id}
      rowHref={(run) => `/pipelines/${run.number}`}
    />
  );
}

const COLUMNS: readonly Column<RunLine>[] = [
  {
    key: "state",
    header: "State",
    width: "116px",
    from: "sm",
    cell: (run) => <State run={run} />,
  },
  { key: "run", header: "Run", width: "100%", heading: true, cell: (run) => <Title run={run} /> },
  {
    key: "branch",
    header: "Branch",
    from: "lg",
    cell: (run) => <Branch run={run} />,
  },
  { key: "commit", header: "Commit", from: "md", cell: (run) => <Sha value={run.commitSha} /> },
  {
    key: "trigger",
    header: "Because of",
    from: "xl",
    cell: (run) => (
      <span className="block max-w-48 truncate text-ink-2">
        <UntrustedText>{triggerInWords(run)}</UntrustedText>
      </span>
    ),
  },
  {
    key: "queue",
    header: "Queued for",
    numeric: true,
    from: "xl",
    cell: (run) => <Duration ms={run.queueMs} className="text-ink-2" />,
  },
  {
    key: "duration",
    header: "Took",
    numeric: true,
    from: "sm",
    cell: (run) =>
      run.startedAt && !run.finishedAt ? (
        <Elapsed since={run.startedAt} />
      ) : (
        <AgainstUsual
          ms={run.durationMs}
          p50Ms={run.state === "passed" ? run.p50Ms : null}
          usualOf={run.usualOf}
        />
      ),
  },
  {
    key: "age",
    header: "Age",
    numeric: true,
    width: "72px",
    cell: (run) => <TimeAgo terse at={run.createdAt} className="text-ink-2" />,
  },
];

/** A candidate is not on the branch yet: it says what it is, and where it would go. */
function Branch({ run }: { run: RunLine }) {
  const number = candidateOf(run);
  return (
    <span className="flex max-w-72 items-baseline gap-1.5">
      {number === null ? null : (
        <span className="shrink-0 whitespace-nowrap text-ink-2">candidate of #{number} into</span>
      )}
      <Version className="min-w-0 truncate">{run.branch}</Version>
    </span>
  );
}

function State({ run }: { run: RunLine }) {
  const { status, words } = runStanding(run.state);
  return (
    <StatusText status={status} className="whitespace-nowrap">
      {words}
    </StatusText>
  );
}

/** The number, what it is about, and why it waits where it does. */
function Title({ run }: { run: RunLine }) {
  return (
    <span className="flex min-w-0 flex-wrap items-baseline gap-x-3 lg:flex-nowrap lg:contain-inline-size">
      <span className="w-full sm:hidden">
        <State run={run} />
      </span>
      <span className="shrink-0 font-medium">
        {run.repository.key} #{run.number}
      </span>
      <span className="min-w-0 text-ink-2 lg:truncate">
        {run.wait ? run.wait.text : <UntrustedText>{run.subject ?? run.reason ?? ""}</UntrustedText>}
      </span>
    </span>
  );
}
