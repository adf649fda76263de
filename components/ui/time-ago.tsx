"use client";

import { formatAge, formatClock, formatRelative, machineTime } from "./format-time";
import { useNow } from "./use-now";

type TimeAgoProps = {
  at: Date | string;
  /** Without "ago" and "in": for columns whose header says it. */
  terse?: boolean;
  className?: string;
};

function isoOf(at: Date | string): string {
  return typeof at === "string" ? at : at.toISOString();
}

/** How long ago, ticking; the exact time with its zone on hover. Server and browser may differ by a tick. */
export function TimeAgo({ at, terse = false, className }: TimeAgoProps) {
  const now = useNow(15_000);
  const iso = isoOf(at);
  const time = Date.parse(iso);
  return (
    <time dateTime={machineTime(iso)} data-tip-time={iso} className={className} suppressHydrationWarning>
      {terse ? formatAge(time, now) : formatRelative(time, now)}
    </time>
  );
}

/** A clock that runs since a moment: "0:48". */
export function Elapsed({ since, className }: { since: Date | string; className?: string }) {
  const now = useNow(1000);
  const iso = isoOf(since);
  return (
    <time dateTime={machineTime(iso)} data-tip-time={iso} className={className} suppressHydrationWarning>
      {formatClock(now - new Date(iso).getTime())}
    </time>
  );
}
