"use client";

import { useRouter } from "next/navigation";
import {
  CartesianGrid,
  ComposedChart,
  Line,
  ResponsiveContainer,
  Scatter,
  Tooltip,
  type TooltipContentProps,
  XAxis,
  YAxis,
} from "recharts";
import { formatDuration } from "@/components/ui/format-time";
import { durationTicks, type TrendPoint } from "@/domain/pipelines/trend";

type Dot = {
  at: number;
  number: number;
  passed: number | null;
  failed: number | null;
  medianMs: number | null;
};

const TICK = { fill: "var(--ink-2)", fontSize: 12 };

/** Each run a mark, failed ones another shape, and the median as a line. Loaded late: the library is large. */
export function TrendChart({ points, height }: { points: readonly TrendPoint[]; height: number }) {
  const router = useRouter();
  const dots: Dot[] = points.map(({ number, finishedAt, durationMs, hasPassed, medianMs }) => ({
    at: finishedAt.getTime(),
    number,
    passed: hasPassed ? durationMs : null,
    failed: hasPassed ? null : durationMs,
    medianMs,
  }));
  const ticks = durationTicks(Math.max(...points.map((point) => point.durationMs)));
  const open = (dot: { payload?: Dot }) => {
    if (dot.payload) router.push(`/pipelines/${dot.payload.number}`);
  };
  return (
    <ResponsiveContainer width="100%" height={height}>
      <ComposedChart
        data={dots}
        margin={{ top: 8, right: 16, bottom: 0, left: 0 }}
        accessibilityLayer={false}
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="at"
          type="number"
          scale="time"
          domain={["dataMin", "dataMax"]}
          padding={{ left: 8, right: 8 }}
          tick={TICK}
          tickLine={false}
          stroke="var(--line-strong)"
          minTickGap={40}
          tickFormatter={dayOf}
        />
        <YAxis
          width={64}
          tick={TICK}
          tickLine={false}
          axisLine={false}
          domain={[0, ticks.at(-1) ?? 0]}
          ticks={ticks}
          tickFormatter={(ms: number) => (ms === 0 ? "0" : formatDuration(ms))}
        />
        <Tooltip content={Told} isAnimationActive={false} cursor={{ stroke: "var(--line-strong)" }} />
        <Line
          dataKey="medianMs"
          stroke="var(--accent)"
          strokeWidth={2}
          dot={false}
          activeDot={false}
          isAnimationActive={false}
        />
        <Scatter
          dataKey="passed"
          fill="var(--ok)"
          shape="circle"
          isAnimationActive={false}
          onClick={open}
          className="cursor-pointer"
        />
        <Scatter
          dataKey="failed"
          fill="var(--bad)"
          shape={Cross}
          isAnimationActive={false}
          onClick={open}
          className="cursor-pointer"
        />
      </ComposedChart>
    </ResponsiveContainer>
  );
}

/** The mark of a failure everywhere else; the library's own cross stands upright. */
function Cross({ cx, cy }: { cx?: number | null | undefined; cy?: number | null | undefined }) {
  if (typeof cx !== "number" || typeof cy !== "number") return <g />;
  return (
    <path
      d={`M${cx - 4},${cy - 4}l8,8m0,-8l-8,8`}
      stroke="var(--bad)"
      strokeWidth={2.5}
      strokeLinecap="round"
      fill="none"
    />
  );
}

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

function dayOf(at: number): string {
  return DAY.format(at);
}

function Told({ active, payload }: TooltipContentProps) {
  const dot: Dot | undefined = payload?.[0]?.payload;
  if (!active || !dot) return null;
  return (
    <div className="rounded-md border bg-raised px-3 py-2 text-sm">
      <p className="font-medium">
        #{dot.number} {dot.failed === null ? "passed" : "failed"} in{" "}
        {formatDuration(dot.passed ?? dot.failed ?? 0)}
      </p>
      <p className="text-ink-2 text-xs">
        {dayOf(dot.at)}
        {dot.medianMs === null ? "" : ` · median then ${formatDuration(dot.medianMs)}`}
      </p>
    </div>
  );
}
