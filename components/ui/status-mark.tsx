import type { ReactNode } from "react";
import { classNames } from "./class-names";

export const STATUSES = [
  "ok",
  "running",
  "waiting",
  "blocked",
  "failed",
  "rolled-back",
  "unknown",
  "frozen",
  "superseded",
] as const;

export type Status = (typeof STATUSES)[number];

const HUE: Record<Status, string> = {
  ok: "text-ok",
  running: "text-run",
  waiting: "text-wait",
  blocked: "text-bad",
  failed: "text-bad",
  "rolled-back": "text-back",
  unknown: "text-wait",
  frozen: "text-run",
  superseded: "text-idle",
};

/** What each shape says when nothing else does. */
export const STATUS_WORDS: Record<Status, string> = {
  ok: "ok",
  running: "running",
  waiting: "waiting",
  blocked: "blocked",
  failed: "failed",
  "rolled-back": "rolled back",
  unknown: "outcome not known",
  frozen: "frozen",
  superseded: "superseded",
};

const SHAPE: Record<Status, ReactNode> = {
  ok: <circle cx="8" cy="8" r="5" fill="currentColor" />,
  running: (
    <>
      <circle cx="8" cy="8" r="5" strokeOpacity="0.28" strokeWidth="2" />
      <path d="M8 3a5 5 0 0 1 5 5" strokeWidth="2" className="origin-center animate-turn" />
    </>
  ),
  waiting: <circle cx="8" cy="8" r="4.6" strokeWidth="1.8" />,
  blocked: (
    <>
      <rect x="3" y="3" width="10" height="10" rx="2" fill="currentColor" />
      <path d="M5.6 8h4.8" className="stroke-panel" strokeWidth="2" />
    </>
  ),
  failed: <path d="m4.2 4.2 7.6 7.6m0-7.6-7.6 7.6" strokeWidth="2.1" />,
  "rolled-back": <path d="M5.6 2.8 2.9 5.5l2.7 2.7M3.2 5.5h5.7a3.9 3.9 0 0 1 0 7.8H5.8" strokeWidth="1.8" />,
  unknown: (
    <>
      <path d="M8 1.6 14.4 8 8 14.4 1.6 8Z" strokeWidth="1.5" />
      <path d="M6.6 6.7a1.45 1.45 0 1 1 2.1 1.3c-.5.25-.7.5-.7 1" strokeWidth="1.3" />
      <circle cx="8" cy="10.9" r="0.8" fill="currentColor" stroke="none" />
    </>
  ),
  frozen: (
    <path
      d="M8 1.8v12.4M2.6 4.9l10.8 6.2M13.4 4.9 2.6 11.1M6.4 2.9 8 4.4l1.6-1.5M6.4 13.1 8 11.6l1.6 1.5M2.5 7l2.1-.6-.5-2.1M13.5 9l-2.1.6.5 2.1M13.5 7l-2.1-.6.5-2.1M2.5 9l2.1.6-.5 2.1"
      strokeWidth="1.15"
    />
  ),
  superseded: <path d="M3.5 8h9" strokeWidth="2.2" />,
};

type StatusMarkProps = {
  status: Status;
  /** What it says to somebody who cannot see it. Null when the words stand beside it. */
  label?: string | null;
  className?: string | undefined;
};

/** The shape says the status, the colour only repeats it. */
export function StatusMark({ status, label = STATUS_WORDS[status], className }: StatusMarkProps) {
  const mark = (
    <svg
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="0"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      data-status={status}
      className={classNames("inline-block size-3.5 shrink-0", HUE[status], className)}
    >
      {SHAPE[status]}
    </svg>
  );
  if (label === null) return mark;
  return (
    <span data-tip={label} className="inline-flex shrink-0">
      {mark}
      <span className="sr-only">{label}</span>
    </span>
  );
}
