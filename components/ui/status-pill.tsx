import type { ReactNode } from "react";
import { classNames } from "./class-names";
import { STATUS_WORDS, type Status, StatusMark } from "./status-mark";

const TINT: Record<Status, string> = {
  ok: "bg-ok-tint text-ok-ink",
  running: "bg-run-tint text-run-ink",
  waiting: "bg-wait-tint text-wait-ink",
  blocked: "bg-bad-tint text-bad-ink",
  failed: "bg-bad-tint text-bad-ink",
  "rolled-back": "bg-back-tint text-back-ink",
  unknown: "bg-wait-tint text-wait-ink",
  frozen: "bg-run-tint text-run-ink",
  superseded: "bg-idle-tint text-idle-ink",
};

type StatusProps = { status: Status; children?: ReactNode; className?: string };

/** Where the status is the point: beside a title, on a card. In rows take `StatusText`. */
export function StatusPill({ status, children, className }: StatusProps) {
  return (
    <span
      className={classNames(
        "inline-flex min-h-6 items-center gap-1.5 rounded-full py-0.5 pr-2.5 pl-2 font-medium text-xs",
        TINT[status],
        className,
      )}
    >
      <StatusMark status={status} label={null} />
      <span className="first-letter:uppercase">{children ?? STATUS_WORDS[status]}</span>
    </span>
  );
}

/** The mark and its words, without a tint: a column of these stays quiet. */
export function StatusText({ status, children, className }: StatusProps) {
  return (
    <span className={classNames("inline-flex items-baseline gap-2", className)}>
      <StatusMark status={status} label={null} className="translate-y-0.5" />
      <span>{children ?? STATUS_WORDS[status]}</span>
    </span>
  );
}
