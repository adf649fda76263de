"use client";

import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { Button, ButtonLink } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { formatDuration } from "@/components/ui/format-time";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { StatusPill } from "@/components/ui/status-pill";
import { Tabs } from "@/components/ui/tabs";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { isRunOver } from "@/domain/pipelines/status";
import { medianInWords } from "./against-usual";
import { RunArtifacts } from "./run-artifacts";
import { RunFacts } from "./run-facts";
import { RunLog } from "./run-log";
import { type RunAddress, runHref } from "./run-search";
import { chosenJob, type Run, runStanding } from "./run-status";
import { RunTests } from "./run-tests";
import { RunTimings } from "./run-timings";
import { testCounts } from "./test-counts";
import { WaterfallChart } from "./waterfall-chart";

/** One pipeline run: what ran when, its logs, what it kept and what it is for. */
export function RunView({ number, address }: { number: number; address: RunAddress }) {
  const trpc = useTRPC();
  const { data: run, dataUpdatedAt } = useSuspenseQuery(trpc.pipelines.get.queryOptions({ number }));
  const meta = { invalidates: [trpc.pipelines.pathKey()] };
  const cancel = useMutation(trpc.pipelines.cancel.mutationOptions({ meta }));
  const rerun = useMutation(trpc.pipelines.rerun.mutationOptions({ meta }));
  const rerunJob = useMutation(trpc.pipelines.rerunJob.mutationOptions({ meta }));
  const job = chosenJob(run, address.jobKey);
  const { status } = runStanding(run.state);
  const counts = testCounts(run);
  return (
    <>
      <PageHeader
        breadcrumb={[
          { label: "Pipelines", href: "/pipelines" },
          { label: `${run.repository.key} #${run.number}` },
        ]}
        title={
          <>
            #{run.number} {run.repository.key}
          </>
        }
        mark={
          <>
            <StatusPill status={status}>{stateInWords(run)}</StatusPill>
            {isRunOver(run.state) && run.durationMs !== null && run.p50Ms !== null ? (
              <span className="text-ink-2 text-xs">
                {medianInWords(run.usualOf)}: {formatDuration(run.p50Ms)}
              </span>
            ) : null}
          </>
        }
        summary={<RunFacts run={run} />}
        actions={
          <>
            {run.canCancel ? (
              <Button
                variant="danger"
                pending={cancel.isPending}
                onClick={() => cancel.mutate({ runId: run.id })}
              >
                Cancel run
              </Button>
            ) : null}
            {run.canRerun ? (
              <Button
                variant="primary"
                pending={rerun.isPending}
                onClick={() => rerun.mutate({ runId: run.id })}
              >
                Run what failed again
              </Button>
            ) : null}
          </>
        }
      />
      <div className="flex flex-col gap-4">
        <WhyNothing run={run} />
        {run.jobs.length > 0 ? (
          <WaterfallChart run={run} selectedKey={address.tab === "log" ? job?.key : undefined} />
        ) : null}
        <Tabs
          label="Parts of the run"
          tabs={[
            {
              label: job ? `Log of ${job.name}` : "Log",
              href: runHref(number, { ...address, tab: "log" }),
              current: address.tab === "log",
            },
            {
              label: "Tests",
              href: runHref(number, { tab: "tests" }),
              current: address.tab === "tests",
              count: counts.total,
            },
            {
              label: "Artifacts",
              href: runHref(number, { tab: "artifacts" }),
              current: address.tab === "artifacts",
              count: run.artifacts.length,
            },
            {
              label: "Timings",
              href: runHref(number, { tab: "timings" }),
              current: address.tab === "timings",
            },
          ]}
        />
        {address.tab === "log" ? (
          <RunLog run={run} job={job} address={address} onRerun={(jobId) => rerunJob.mutate({ jobId })} />
        ) : address.tab === "tests" ? (
          <RunTests run={run} address={address} />
        ) : address.tab === "artifacts" ? (
          <RunArtifacts artifacts={run.artifacts} />
        ) : (
          <RunTimings run={run} />
        )}
      </div>
      <Freshness asOf={new Date(dataUpdatedAt)} />
    </>
  );
}

/** "passed in 6 min 12 s" */
function stateInWords(run: Run): string {
  const { words } = runStanding(run.state);
  if (run.durationMs === null || !isRunOver(run.state)) return words;
  return `${words} in ${formatDuration(run.durationMs)}`;
}

function WhyNothing({ run }: { run: Run }) {
  if (run.wait) {
    return (
      <Callout
        tone={run.wait.code === "about_to_start" || run.wait.code === "queued_behind" ? "waiting" : "warning"}
        title={run.wait.code === "about_to_start" ? "Queued" : "Why nothing runs"}
        action={
          run.wait.code === "runner_off" && run.canTurnRunnerOn ? (
            <ButtonLink href="/settings">Open settings</ButtonLink>
          ) : undefined
        }
      >
        {run.wait.text}
      </Callout>
    );
  }
  // Of a run that failed its failed job says more.
  if (run.reason && run.state !== "failed") {
    return (
      <Callout
        tone={run.state === "invalid" ? "error" : "info"}
        title={run.state === "invalid" ? "The pipeline file was refused" : "Why it ended"}
      >
        <span className="whitespace-pre-line">
          <UntrustedText>{run.reason}</UntrustedText>
        </span>
      </Callout>
    );
  }
  return null;
}
