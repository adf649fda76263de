"use client";

import { useQuery } from "@tanstack/react-query";
import { FilterField } from "@/components/portal/filter-field";
import { OlderPages } from "@/components/portal/older-pages";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { Callout } from "@/components/ui/callout";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { FilterChips } from "@/components/ui/filter-chips";
import { formatDuration } from "@/components/ui/format-time";
import { Panel } from "@/components/ui/panel";
import { RowsSkeleton } from "@/components/ui/skeleton";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { isRunOver } from "@/domain/pipelines/status";
import { FLAKY_MEANS, NEW_FAILURE_MEANS, type TestView } from "@/domain/pipelines/test-results";
import { type RunAddress, runHref, testsInput } from "./run-search";
import type { Run } from "./run-status";
import { type TestCounts, testCounts } from "./test-counts";
import { TestRow } from "./test-row";

const VIEWS: readonly (readonly [TestView, string, (counts: TestCounts) => number])[] = [
  ["all", "All", (counts) => counts.total],
  ["new", "New failures", (counts) => counts.newFailures],
  ["failed", "Failed", (counts) => counts.failed],
  ["flaky", "Flaky", (counts) => counts.flaky],
  ["skipped", "Skipped", (counts) => counts.skipped],
];

/** What the JUnit files of the run say: new failures first, then failures, flaky tests, the rest. */
export function RunTests({ run, address }: { run: Run; address: RunAddress }) {
  const counts = testCounts(run);
  return (
    <div className="flex flex-col gap-3">
      <Problems run={run} />
      {counts.total === 0 ? <NoTests run={run} /> : <Tests run={run} address={address} counts={counts} />}
    </div>
  );
}

function Tests({ run, address, counts }: { run: Run; address: RunAddress; counts: TestCounts }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.pipelines.tests.queryOptions(testsInput(run.number, address)),
  );
  const hrefOf = (over: Partial<RunAddress>) =>
    runHref(run.number, {
      tab: "tests",
      view: address.view,
      words: address.words,
      ...over,
    });
  const hasSeveralJobs = run.jobs.filter((job) => job.tests !== null).length > 1;
  return (
    <>
      <p className="text-ink-2">{countsInWords(run, counts)}</p>
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <FilterChips
          label="Tests"
          chips={VIEWS.map(([view, label, count]) => ({
            label,
            href: hrefOf({ view }),
            current: view === (address.view ?? "all"),
            count: count(counts),
          }))}
        />
        <FilterField
          label="Search in the names of tests"
          placeholder="Name of a test"
          value={address.words}
          hrefOf={(words) => hrefOf({ words })}
        />
      </div>
      {error ? (
        <ErrorState message={tell(error).sentence} onRetry={() => void refetch()} />
      ) : data ? (
        <Panel flush={data.tests.length > 0}>
          {data.tests.length > 0 ? (
            <ul aria-label="Tests" data-rows>
              {data.tests.map((test) => (
                <TestRow
                  key={`${test.jobId}.${test.position}`}
                  test={test}
                  jobName={hasSeveralJobs ? test.jobName : null}
                />
              ))}
            </ul>
          ) : (
            <EmptyState title="No test matches">
              {address.words
                ? "Names are searched as they are written, whatever the case."
                : "None of this kind."}
            </EmptyState>
          )}
        </Panel>
      ) : (
        <RowsSkeleton rows={8} />
      )}
      <OlderPages
        newestHref={address.after ? hrefOf({}) : null}
        olderHref={data?.next ? hrefOf({ after: data.next }) : null}
        newest="First tests"
        older="Next 100 tests"
      />
      <div className="flex flex-col gap-1 text-ink-2 text-xs">
        <p>{NEW_FAILURE_MEANS}</p>
        <p>{FLAKY_MEANS}</p>
      </div>
    </>
  );
}

function countsInWords(run: Run, counts: TestCounts): string {
  const compared = [...new Set(run.jobs.flatMap((job) => job.tests?.comparedWith ?? []))];
  const took = counts.durationMs > 0 ? `, ${formatDuration(counts.durationMs)} of testing` : "";
  const parts = [
    `${counts.passed} passed`,
    `${counts.failed} failed`,
    ...(counts.skipped > 0 ? [`${counts.skipped} skipped`] : []),
  ];
  const against =
    compared.length === 0
      ? "No earlier run of the branch has tests to compare with."
      : `Compared with run ${compared.map((number) => `#${number}`).join(" and ")}.`;
  return `${parts.join(", ")}${took}. ${against}`;
}

function NoTests({ run }: { run: Run }) {
  return (
    <Panel>
      <EmptyState title={isRunOver(run.state) ? "No test results" : "No test results yet"}>
        {isRunOver(run.state)
          ? "A job tells its results when the pipeline file names its JUnit files under reports."
          : "They are read when a job that names its JUnit files has ended."}
      </EmptyState>
    </Panel>
  );
}

function Problems({ run }: { run: Run }) {
  const wrong = run.reports.filter((report) => report.problem !== null);
  if (wrong.length === 0) return null;
  const title =
    wrong.length === 1
      ? "One JUnit file is not read as a whole"
      : `${wrong.length} JUnit files are not read as a whole`;
  return (
    <Callout tone="warning" title={title}>
      <ul className="flex flex-col gap-0.5">
        {wrong.slice(0, 10).map((report) => (
          <li key={`${report.jobName} ${report.path}`}>
            <span className="font-mono text-xs">
              <UntrustedText>{report.path}</UntrustedText>
            </span>{" "}
            of {report.jobName}: <UntrustedText>{report.problem ?? ""}</UntrustedText>
          </li>
        ))}
        {wrong.length > 10 ? <li>and {wrong.length - 10} more</li> : null}
      </ul>
    </Callout>
  );
}
