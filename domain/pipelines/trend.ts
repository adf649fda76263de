/** So many runs of a repository are drawn, and the median looks back over so many. */
export const TREND_RUNS = 60;
export const TREND_MEDIAN_OF = 10;

export type TimedRun = {
  readonly number: number;
  readonly finishedAt: Date;
  readonly durationMs: number;
  readonly hasPassed: boolean;
};

export type TrendPoint = TimedRun & {
  /** Of this and the passed runs before it, at most ten; null until there are three. */
  readonly medianMs: number | null;
};

const LEAST = 3;

/** Durations in the order of time, each with the median of the passed runs up to it. */
export function trendOf(runs: readonly TimedRun[]): TrendPoint[] {
  const passed: number[] = [];
  return runs
    .toSorted((a, b) => a.finishedAt.getTime() - b.finishedAt.getTime() || a.number - b.number)
    .map((run) => {
      if (run.hasPassed) passed.push(run.durationMs);
      const recent = passed.slice(-TREND_MEDIAN_OF);
      return { ...run, medianMs: recent.length < LEAST ? null : median(recent) };
    });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return Math.round(sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2);
}

const SECOND = 1000;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];
const MAX_TICKS = 5;

/** Marks of an axis of durations from 0 to at least `most`, at times that people count in. */
export function durationTicks(most: number): number[] {
  const step = (STEPS.find((seconds) => most / (seconds * SECOND) <= MAX_TICKS) ?? 86_400) * SECOND;
  return Array.from({ length: Math.max(1, Math.ceil(most / step)) + 1 }, (_, index) => index * step);
}
