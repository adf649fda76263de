"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import type { Outputs } from "@/components/trpc/outputs";
import { tell } from "@/components/trpc/refusal";
import { AppLink } from "@/components/ui/app-link";
import { Duration } from "@/components/ui/duration";
import { type Status, StatusMark } from "@/components/ui/status-mark";
import { UntrustedText } from "@/components/ui/untrusted-text";
import type { TestOutcome } from "@/domain/pipelines/test-results";
import { runHref } from "./run-search";

export type Test = Outputs["pipelines"]["tests"]["tests"][number];

const OUTCOMES: Record<TestOutcome, { status: Status; words: string }> = {
  passed: { status: "ok", words: "passed" },
  failed: { status: "failed", words: "failed" },
  errored: { status: "failed", words: "ended with an error" },
  skipped: { status: "superseded", words: "skipped" },
};

/** One test; what failed or is flaky opens to its message and its history. */
export function TestRow({ test, jobName }: { test: Test; jobName: string | null }) {
  const [isOpen, setOpen] = useState(false);
  const opens =
    test.message !== null || test.isFlaky || test.outcome === "failed" || test.outcome === "errored";
  const line = <TestLine test={test} jobName={jobName} />;
  return (
    <li className="border-b last:border-b-0">
      {opens ? (
        <details onToggle={(event) => setOpen(event.currentTarget.open)} className="group">
          <summary className="flex cursor-pointer list-none items-start gap-2 px-4 py-1.5 hover:bg-fill [&::-webkit-details-marker]:hidden">
            <ChevronRight
              aria-hidden
              className="mt-0.5 size-4 shrink-0 text-ink-2 transition-transform duration-100 group-open:rotate-90"
            />
            {line}
          </summary>
          {isOpen ? <TestDetails test={test} /> : null}
        </details>
      ) : (
        <div className="flex items-start gap-2 py-1.5 pr-4 pl-10">{line}</div>
      )}
    </li>
  );
}

function TestLine({ test, jobName }: { test: Test; jobName: string | null }) {
  const { status, words } = OUTCOMES[test.outcome];
  return (
    <>
      <StatusMark status={status} label={words} className="mt-0.5 shrink-0" />
      <span className="min-w-0 flex-1">
        <span className="break-words">
          <UntrustedText>{test.name}</UntrustedText>
        </span>
        {test.isNewFailure ? <Mark className="bg-bad-tint text-bad-ink">new failure</Mark> : null}
        {test.isFlaky ? <Mark className="bg-wait-tint text-wait-ink">flaky</Mark> : null}
        <span className="block break-words text-ink-2 text-xs">
          <UntrustedText>{test.suite}</UntrustedText>
          {jobName ? ` · ${jobName}` : null}
        </span>
      </span>
      {test.durationMs === null ? null : <Duration ms={test.durationMs} className="shrink-0 text-ink-2" />}
    </>
  );
}

function Mark({ className, children }: { className: string; children: string }) {
  return (
    <span className={`ml-2 whitespace-nowrap rounded-sm px-1.5 py-px text-xs ${className}`}>{children}</span>
  );
}

function TestDetails({ test }: { test: Test }) {
  const trpc = useTRPC();
  const { data, error } = useQuery(
    trpc.pipelines.test.queryOptions({ jobId: test.jobId, position: test.position }),
  );
  return (
    <div className="flex flex-col gap-2 px-10 pb-3 max-sm:px-4">
      {test.message ? (
        <p className="break-words">
          <UntrustedText>{test.message}</UntrustedText>
        </p>
      ) : null}
      {test.file ? (
        <p className="font-mono text-ink-2 text-xs">
          <UntrustedText>{test.file}</UntrustedText>
        </p>
      ) : null}
      {error ? <p className="text-bad-ink">{tell(error).sentence}</p> : null}
      {data?.details && data.details !== test.message ? (
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
          tabIndex={0}
          className="max-h-80 overflow-auto rounded-md border bg-ground px-3 py-2 font-mono text-xs leading-5"
        >
          <UntrustedText>{data.details}</UntrustedText>
        </pre>
      ) : null}
      {data && data.before.length > 0 ? (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-2 text-xs">
          In the runs before, newest first:
          {data.before.map(({ number, outcome }) => (
            <AppLink
              key={number}
              href={runHref(number, { tab: "tests" })}
              className="inline-flex items-center gap-1 hover:underline"
            >
              <StatusMark
                status={outcome === null ? "unknown" : OUTCOMES[outcome].status}
                label={outcome === null ? "not there" : OUTCOMES[outcome].words}
              />
              #{number}
            </AppLink>
          ))}
        </p>
      ) : null}
    </div>
  );
}
