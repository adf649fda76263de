import { formatDuration } from "./format-time";

/** A length of time that is over: "6 min 12 s". What is not known is not zero. */
export function Duration({ ms, className }: { ms: number | null; className?: string }) {
  if (ms === null) return <NotKnown />;
  return (
    <time dateTime={`PT${(ms / 1000).toFixed(3)}S`} className={className}>
      {formatDuration(ms)}
    </time>
  );
}

export function NotKnown({ label = "not known" }: { label?: string }) {
  return (
    <span className="text-ink-2">
      <span aria-hidden>–</span>
      <span className="sr-only">{label}</span>
    </span>
  );
}
