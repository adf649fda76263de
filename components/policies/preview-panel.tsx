import { tell } from "@/components/trpc/refusal";
import { AppLink } from "@/components/ui/app-link";
import { ClockTime } from "@/components/ui/clock-time";
import { ErrorState } from "@/components/ui/error-state";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { StatusMark } from "@/components/ui/status-mark";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { summaryInWords } from "@/domain/policies/replay";
import type { PolicyPreview, PreviewState } from "./policy";

const SHOWN = 3;

/** What the draft would have decided: the votes and facts that there were, asked again. */
export function PreviewPanel({ preview }: { preview: PreviewState }) {
  const { data, isCurrent, error, retry } = preview;
  return (
    <Panel title="The last 90 days" note={data && !isCurrent ? "looking…" : undefined}>
      {data ? (
        <div aria-live="polite" aria-busy={!isCurrent}>
          <Replayed data={data} />
        </div>
      ) : error ? (
        <ErrorState message={tell(error).sentence} onRetry={retry} />
      ) : (
        <Skeleton className="h-16" />
      )}
    </Panel>
  );
}

function Replayed({ data }: { data: PolicyPreview }) {
  const { summary, different, more, asOf, isCut, days } = data;
  return (
    <div className="flex flex-col gap-2">
      <p className="font-medium">{summaryInWords(summary)}</p>
      {summary.reasons.length > 0 ? (
        <ul className="text-ink-2">
          {summary.reasons.slice(0, 5).map(({ text, count }) => (
            <li key={text}>
              {count} × <UntrustedText>{text}</UntrustedText>
            </li>
          ))}
        </ul>
      ) : null}
      {summary.notCarriedOut > 0 ? (
        <p className="text-ink-2">
          {summary.notCarriedOut} more ended before anything was done (rejected, cancelled, replaced or
          expired) and
          {summary.notCarriedOut === 1 ? " is" : " are"} not counted
          {summary.rescued > 0 ? `; ${summary.rescued} of those that expired had all that this asks for` : ""}
          .
        </p>
      ) : null}
      {different.length > 0 ? (
        <ul className="flex flex-col gap-1.5 border-t pt-2">
          {different.slice(0, SHOWN).map((one) => (
            <Different key={one.number} one={one} />
          ))}
        </ul>
      ) : null}
      {different.length > SHOWN ? (
        <details>
          <summary className="text-ink-2">{different.length - SHOWN + more} more</summary>
          <ul className="mt-1.5 flex flex-col gap-1.5">
            {different.slice(SHOWN).map((one) => (
              <Different key={one.number} one={one} />
            ))}
          </ul>
          {more > 0 ? <p className="mt-1 text-ink-2">and {more} older ones</p> : null}
        </details>
      ) : null}
      <p className="text-ink-2 text-xs">
        {isCut ? "The newest 500 promotions" : "Every promotion"} that ended in the last {days} days, as of{" "}
        <ClockTime at={asOf} />. By the votes that were given then: people might have voted more, had they
        been asked.
      </p>
    </div>
  );
}

const MARKS = { same: "ok", waits: "waiting", unknown: "unknown" } as const;
const MARK_WORDS = { same: "would have passed", waits: "would have waited", unknown: "not known" } as const;

function Different({ one }: { one: PolicyPreview["different"][number] }) {
  const words =
    one.verdict === "same"
      ? ["had all that this asks for, and expired"]
      : [...one.missing, ...one.unknown.map((what) => `not known ${what}`)];
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2">
      <StatusMark status={MARKS[one.verdict]} label={MARK_WORDS[one.verdict]} className="mt-[3px]" />
      <div className="min-w-0">
        <p className="flex items-baseline gap-2">
          <AppLink
            href={`/promotions/${one.number}`}
            className="min-w-0 truncate text-accent hover:underline"
          >
            #{one.number} <UntrustedText>{one.title}</UntrustedText>
          </AppLink>
          <span className="ml-auto whitespace-nowrap text-ink-2 text-xs">
            <TimeAgo at={one.endedAt} />
          </span>
        </p>
        <p className="text-ink-2">{words.join("; ")}</p>
      </div>
    </li>
  );
}
