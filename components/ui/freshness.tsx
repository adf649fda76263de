"use client";

import { ClockTime } from "./clock-time";
import { formatDuration } from "./format-time";
import { useNow } from "./use-now";

export type FreshnessSource = { source: string; at: Date | string | null };

/** The last line of a page: as of when, and how old each source is. */
export function Freshness({
  asOf,
  sources = [],
}: {
  asOf: Date | string;
  sources?: readonly FreshnessSource[];
}) {
  const now = useNow(1000);
  return (
    <footer className="mt-6 flex flex-wrap gap-x-1.5 border-t pt-3 text-ink-2 text-xs">
      <span>
        as of <ClockTime at={asOf} seconds />
      </span>
      {sources.map((item) => (
        <span key={item.source} suppressHydrationWarning>
          · {item.source}{" "}
          <span suppressHydrationWarning>
            {item.at === null ? "never" : formatDuration(Math.max(1000, now - new Date(item.at).getTime()))}
          </span>
        </span>
      ))}
    </footer>
  );
}
