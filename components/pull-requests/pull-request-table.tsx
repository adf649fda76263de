import { standingOf } from "@/components/promotions/promotion-status";
import { type Column, DataTable } from "@/components/ui/data-table";
import { StatusText } from "@/components/ui/status-pill";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { MergePath } from "./merge-path";
import { type PullRequestLine, pullRequestStanding } from "./pull-request";

export function PullRequestTable({ label, items }: { label: string; items: readonly PullRequestLine[] }) {
  return (
    <DataTable
      label={label}
      columns={COLUMNS}
      rows={items}
      rowKey={({ id }) => id}
      rowHref={({ number }) => `/pull-requests/${number}`}
    />
  );
}

const COLUMNS: readonly Column<PullRequestLine>[] = [
  { key: "state", header: "State", width: "150px", from: "md", cell: (row) => <Standing row={row} /> },
  {
    key: "title",
    header: "Pull request",
    width: "100%",
    heading: true,
    cell: (row) => (
      <span className="flex min-w-0 flex-wrap items-baseline gap-x-3 xl:flex-nowrap xl:contain-inline-size">
        <span className="w-full md:hidden">
          <Standing row={row} />
        </span>
        <span className="min-w-0">
          <span className="mr-2 text-ink-2">#{row.number}</span>
          <span className="font-medium">
            <UntrustedText hasPaths>{row.title}</UntrustedText>
          </span>
        </span>
        <span className="min-w-0 text-ink-2 xl:truncate">
          <MergePath source={row.sourceBranch} target={row.targetBranch} />
        </span>
      </span>
    ),
  },
  {
    key: "repository",
    header: "Repository",
    from: "lg",
    cell: (row) => <span className="whitespace-nowrap text-ink-2">{row.repository.key}</span>,
  },
  {
    key: "author",
    header: "Author",
    from: "lg",
    cell: (row) => (
      <span className="whitespace-nowrap text-ink-2">
        <UntrustedText>{row.author.name}</UntrustedText>
      </span>
    ),
  },
  {
    key: "age",
    header: "Age",
    numeric: true,
    width: "72px",
    cell: (row) => <TimeAgo terse at={row.endedAt ?? row.createdAt} className="text-ink-2" />,
  },
];

/** An open one stands where its promotion does. */
function Standing({ row }: { row: PullRequestLine }) {
  const { status, words } =
    row.state === "open" && row.promotion
      ? standingOf({
          kind: "merge",
          state: row.promotion.state,
          isBlocked: row.promotion.state === "gating" && row.promotion.outcomeText !== null,
        })
      : pullRequestStanding(row.state);
  return (
    <StatusText status={status} className="whitespace-nowrap">
      {words}
    </StatusText>
  );
}
