/** Moments in ms. What has not happened is null; what goes on ends now. */
export type WaterfallJob = {
  readonly key: string;
  readonly queuedAt: number | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** How long it usually takes. */
  readonly p50Ms: number | null;
};

/** From and to as shares of the whole axis, 0 to 1. */
export type Span = { readonly from: number; readonly to: number };

export type WaterfallBar = {
  readonly key: string;
  readonly queue: Span | null;
  readonly run: Span | null;
  /** From where it began, as long as it usually takes. */
  readonly usual: Span | null;
};

export type Waterfall = {
  readonly lengthMs: number;
  readonly bars: readonly WaterfallBar[];
  /** Where the axis is marked, as a share with its ms. */
  readonly ticks: readonly { readonly at: number; readonly ms: number }[];
};

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const STEPS = [
  100,
  200,
  500,
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440].map((count) => count * MINUTE),
];
const MAX_TICKS = 7;
/** What is usual may make the axis longer, not so long that nothing of this run can be seen. */
const MOST_USUAL = 1.5;
const MOST_WAITING = 5;

/** Every job on one axis, from when the run was asked for to its end, or to now while something goes on. */
export function waterfall(jobs: readonly WaterfallJob[], askedAt: number, now: number): Waterfall {
  const spans = jobs.map((job) => {
    const isQueued = job.queuedAt !== null && job.startedAt === null && job.finishedAt === null;
    const runEnd = job.startedAt === null ? null : (job.finishedAt ?? now);
    return {
      job,
      queueEnd: isQueued ? now : job.startedAt,
      runEnd,
      usualEnd: job.startedAt !== null && job.p50Ms !== null ? job.startedAt + job.p50Ms : null,
    };
  });
  const begins = jobs.flatMap((job) => [job.queuedAt, job.startedAt]).filter((at) => at !== null);
  const start = startOf(jobs, Math.min(askedAt, ...begins), now);
  const lastOf = (ends: readonly (number | null)[]) =>
    Math.max(start, ...ends.filter((at) => at !== null)) - start;
  const ownMs = lastOf(spans.flatMap(({ queueEnd, runEnd }) => [queueEnd, runEnd]));
  const usualMs = lastOf(spans.map(({ usualEnd }) => usualEnd));
  const lengthMs = Math.max(1, ownMs, Math.min(usualMs, ownMs * MOST_USUAL));
  const span = (from: number | null, to: number | null): Span | null =>
    from === null || to === null || to < from || to < start
      ? null
      : { from: Math.max(0, from - start) / lengthMs, to: clamp((to - start) / lengthMs) };
  return {
    lengthMs,
    bars: spans.map(({ job, queueEnd, runEnd, usualEnd }) => ({
      key: job.key,
      queue: span(job.queuedAt, queueEnd),
      run: span(job.startedAt, runEnd),
      usual: span(job.startedAt, usualEnd),
    })),
    ticks: ticksOf(lengthMs),
  };
}

/** Waiting may be longer than the run, not so long that nothing of the run can be seen: then the run begins the axis. */
function startOf(jobs: readonly WaterfallJob[], asked: number, now: number): number {
  const starts = jobs.flatMap((job) => job.startedAt ?? []);
  if (starts.length === 0) return asked;
  const first = Math.min(...starts);
  const end = Math.max(...jobs.map((job) => (job.startedAt === null ? first : (job.finishedAt ?? now))));
  return first - asked > MOST_WAITING * (end - first) ? first : asked;
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function ticksOf(lengthMs: number): { at: number; ms: number }[] {
  const step = STEPS.find((one) => lengthMs / one <= MAX_TICKS) ?? lengthMs;
  const count = Math.floor(lengthMs / step);
  return Array.from({ length: count + 1 }, (_, index) => ({
    at: (index * step) / lengthMs,
    ms: index * step,
  }));
}
