import { type Column, DataTable } from "@/components/ui/data-table";
import { StatusText } from "@/components/ui/status-pill";
import { Elapsed, TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import { isIn, RUNNING_STATES } from "@/domain/promotions/status";
import type { PromotionLine } from "./promotion";
import { standingOf } from "./promotion-status";
import { WhoMayAct } from "./who-may-act";

export function PromotionTable({
  label,
  promotions,
}: {
  label: string;
  promotions: readonly PromotionLine[];
}) {
  return (
    <WhoMayAct>
      <DataTable
        label={label}
        columns={COLUMNS}
        rows={promotions}
        rowKey={(row) => row.id}
        rowHref={(row) => `/promotions/${row.number}`}
        hideHeader
      />
    </WhoMayAct>
  );
}

const COLUMNS: readonly Column<PromotionLine>[] = [
  { key: "standing", header: "Stands at", width: "156px", from: "md", cell: (row) => <Standing row={row} /> },
  {
    key: "title",
    header: "Promotion",
    width: "100%",
    heading: true,
    truncate: true,
    cell: (row) => <Title row={row} />,
  },
  {
    key: "product",
    header: "Product",
    width: "104px",
    from: "lg",
    cell: (row) => <span className="whitespace-nowrap text-ink-2">{row.productName}</span>,
  },
  {
    key: "requester",
    header: "Asked for by",
    width: "152px",
    from: "xl",
    cell: (row) => <Requester row={row} />,
  },
  {
    key: "approvals",
    header: "Approvals",
    numeric: true,
    width: "72px",
    from: "sm",
    cell: (row) => <Approvals row={row} />,
  },
  { key: "age", header: "Age", numeric: true, width: "72px", cell: (row) => <Age row={row} /> },
];

function Standing({ row }: { row: PromotionLine }) {
  const { status, words } = standingOf({
    kind: row.kind,
    state: row.state,
    isBlocked: row.outcomeCode !== null,
    waitsForMe: row.waitsForMe,
  });
  return (
    <StatusText
      status={status}
      className={row.waitsForMe ? "whitespace-nowrap font-medium" : "whitespace-nowrap"}
    >
      {words}
    </StatusText>
  );
}

/** The title, and in the same line what is in the way or where it goes. */
function Title({ row }: { row: PromotionLine }) {
  return (
    <span className="flex min-w-0 flex-wrap items-baseline gap-x-3 py-px max-md:whitespace-normal md:flex-nowrap">
      <span className="w-full md:hidden">
        <Standing row={row} />
      </span>
      <span className="font-medium md:shrink-0">
        <UntrustedText hasPaths>{row.title}</UntrustedText>
      </span>
      <Fact row={row} />
    </span>
  );
}

/** In words where it is blocked or went wrong; else where it goes. A deployment that went well says all in its title. */
function Fact({ row }: { row: PromotionLine }) {
  const line = "min-w-0 text-ink-2 md:truncate";
  if (row.outcomeText && row.state !== "succeeded") {
    return (
      <span className={line}>
        <UntrustedText hasPaths>{row.outcomeText}</UntrustedText>
      </span>
    );
  }
  if (!row.sourceBranch || !row.targetBranch) return null;
  return (
    <span className={line}>
      <Version>{row.sourceBranch}</Version> → <Version>{row.targetBranch}</Version>
    </span>
  );
}

function Requester({ row }: { row: PromotionLine }) {
  return (
    <span className="whitespace-nowrap text-ink-2">
      {row.requestedBy ? <UntrustedText>{row.requestedBy}</UntrustedText> : "Clearway"}
    </span>
  );
}

function Approvals({ row }: { row: PromotionLine }) {
  if (row.approvalsAsked === 0) return <span className="text-ink-2">–</span>;
  return (
    <span
      data-tip={`${row.approvalsGiven} of ${row.approvalsAsked} approvals`}
      data-tip-row={row.state === "awaiting_approval" ? "" : undefined}
      data-waits={row.state === "awaiting_approval" ? row.number : undefined}
      className="text-ink-2"
    >
      {row.approvalsGiven} of {row.approvalsAsked}
    </span>
  );
}

function Age({ row }: { row: PromotionLine }) {
  if (isIn(row.state, RUNNING_STATES) && row.startedAt) return <Elapsed since={row.startedAt} />;
  return <TimeAgo terse at={row.endedAt ?? row.createdAt} className="text-ink-2" />;
}
