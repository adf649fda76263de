"use client";

import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useEffect } from "react";
import { useTRPC } from "@/components/trpc/client";
import type { Outputs } from "@/components/trpc/outputs";
import { tell } from "@/components/trpc/refusal";
import { Button } from "@/components/ui/button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Duration } from "@/components/ui/duration";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { useLate } from "@/components/ui/late";
import { Panel } from "@/components/ui/panel";
import { RowsSkeleton } from "@/components/ui/skeleton";
import { StatusText } from "@/components/ui/status-pill";
import { TimeAgo } from "@/components/ui/time-ago";
import { csvCell } from "@/domain/audit/payload";
import { TREND_MEDIAN_OF, TREND_RUNS } from "@/domain/pipelines/trend";
import { type RunsAddress, trendInput } from "./runs-search";

type Series = Outputs["pipelines"]["trend"][number];
type Point = Series["points"][number];

const HEIGHT = 200;

/** How long runs took, repository by repository: a picture, and the same as a table and a file. */
export function TrendView({ address }: { address: RunsAddress }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.pipelines.trend.queryOptions(trendInput(address)));
  if (error) return <ErrorState message={tell(error).sentence} onRetry={() => void refetch()} />;
  if (!data) return <RowsSkeleton rows={8} />;
  if (data.length === 0) {
    return (
      <Panel>
        <EmptyState title="No run to draw">
          A run is drawn when it has passed or failed, and nothing of it was tried again.
        </EmptyState>
      </Panel>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      {data.map((series) => (
        <TrendPanel key={series.repository.key} series={series} />
      ))}
      <p className="text-ink-2 text-xs">
        The last {TREND_RUNS} runs of each repository that passed or failed, from their first job's start to
        their end. The line is the median of the {TREND_MEDIAN_OF} runs that passed up to then, from the third
        on. Runs in which something was tried again are left out.
      </p>
    </div>
  );
}

function TrendPanel({ series: { repository, points } }: { series: Series }) {
  const { Component: Chart, load } = useLate(() => import("./trend-chart").then((late) => late.TrendChart));
  useEffect(load);
  const last = points.at(-1);
  return (
    <Panel
      title={repository.name}
      note={last?.medianMs ? <Now point={last} count={points.length} /> : `${points.length} runs`}
      actions={
        <Button
          size="small"
          variant="ghost"
          icon={<Download aria-hidden className="size-3.5" />}
          onClick={() => save(`durations-${repository.key}.csv`, csvOf(points))}
        >
          Save as CSV<span className="sr-only"> the durations of {repository.name}</span>
        </Button>
      }
      flush
    >
      <div aria-hidden style={{ height: HEIGHT }} className="px-1 py-1">
        {Chart ? <Chart points={points} height={HEIGHT - 8} /> : null}
      </div>
      <details className="border-t">
        <summary className="cursor-pointer px-4 py-2 text-ink-2 hover:text-ink">The same as a table</summary>
        <DataTable
          label={`Durations of ${repository.name}`}
          columns={COLUMNS}
          rows={points.toReversed()}
          rowKey={(point) => String(point.number)}
          rowHref={(point) => `/pipelines/${point.number}`}
          density="compact"
        />
      </details>
    </Panel>
  );
}

function Now({ point, count }: { point: Point; count: number }) {
  return (
    <>
      median now <Duration ms={point.medianMs} />, {count} runs
    </>
  );
}

const COLUMNS: readonly Column<Point>[] = [
  { key: "run", header: "Run", heading: true, width: "100%", cell: (point) => `#${point.number}` },
  {
    key: "state",
    header: "State",
    cell: (point) => (
      <StatusText status={point.hasPassed ? "ok" : "failed"}>
        {point.hasPassed ? "passed" : "failed"}
      </StatusText>
    ),
  },
  { key: "took", header: "Took", numeric: true, cell: (point) => <Duration ms={point.durationMs} /> },
  {
    key: "median",
    header: "Median then",
    numeric: true,
    from: "sm",
    cell: (point) => <Duration ms={point.medianMs} className="text-ink-2" />,
  },
  {
    key: "ended",
    header: "Ended",
    numeric: true,
    cell: (point) => <TimeAgo terse at={point.finishedAt} className="text-ink-2" />,
  },
];

function csvOf(points: readonly Point[]): string {
  const rows = points.map(({ number, finishedAt, hasPassed, durationMs, medianMs }) =>
    [
      number,
      finishedAt.toISOString(),
      hasPassed ? "passed" : "failed",
      durationMs / 1000,
      secondsOf(medianMs),
    ]
      .map(csvCell)
      .join(","),
  );
  return ["run,ended at,state,seconds,median seconds", ...rows].map((row) => `${row}\r\n`).join("");
}

const secondsOf = (ms: number | null) => (ms === null ? null : ms / 1000);

function save(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
