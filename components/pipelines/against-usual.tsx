import { Duration } from "@/components/ui/duration";
import { formatDuration } from "@/components/ui/format-time";

type AgainstUsualProps = { ms: number | null; p50Ms: number | null; usualOf: number };

/** How long it took; beside it, how much that differs from the median where it is worth saying. */
export function AgainstUsual({ ms, p50Ms, usualOf }: AgainstUsualProps) {
  const difference = ms !== null && p50Ms !== null ? ms - p50Ms : null;
  const isNoticeable = difference !== null && p50Ms !== null && Math.abs(difference) > p50Ms * 0.1;
  return (
    <span className="whitespace-nowrap">
      <Duration ms={ms} />
      {isNoticeable ? (
        <span
          data-tip={`The ${medianInWords(usualOf)} that passed is ${formatDuration(p50Ms)}`}
          className={difference > p50Ms * 0.25 ? "ml-2 text-wait-ink text-xs" : "ml-2 text-ink-2 text-xs"}
        >
          {differenceInWords(difference)}
        </span>
      ) : null}
    </span>
  );
}

/** "+28 s", "−1 min 4 s" */
export function differenceInWords(ms: number): string {
  return `${ms < 0 ? "−" : "+"}${formatDuration(Math.abs(ms))}`;
}

/** "median of the last 12" */
export function medianInWords(count: number): string {
  return count === 1 ? "the one before" : `median of the last ${count}`;
}
