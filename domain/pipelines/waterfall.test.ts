import { expect, test } from "vitest";
import { type WaterfallJob, waterfall } from "@/domain/pipelines/waterfall";

const job = (given: Partial<WaterfallJob>): WaterfallJob => ({
  key: "build",
  queuedAt: null,
  startedAt: null,
  finishedAt: null,
  p50Ms: null,
  ...given,
});

test("queue and run are parts of one axis that begins when the run was asked for", () => {
  const { lengthMs, bars } = waterfall(
    [job({ queuedAt: 1_000, startedAt: 2_000, finishedAt: 11_000 })],
    1_000,
    99_000,
  );
  expect(lengthMs).toBe(10_000);
  expect(bars[0]).toMatchObject({ queue: { from: 0, to: 0.1 }, run: { from: 0.1, to: 1 } });
});

test("what goes on reaches until now", () => {
  const { bars, lengthMs } = waterfall([job({ queuedAt: 0, startedAt: 0 })], 0, 5_000);
  expect(lengthMs).toBe(5_000);
  expect(bars[0]?.run).toEqual({ from: 0, to: 1 });
});

test("a job that waits in the queue has no run yet", () => {
  const { bars } = waterfall([job({ queuedAt: 0 })], 0, 4_000);
  expect(bars[0]).toMatchObject({ queue: { from: 0, to: 1 }, run: null, usual: null });
});

test("a job that is not queued yet is no bar", () => {
  const { bars } = waterfall([job({ key: "a", queuedAt: 0, startedAt: 0 }), job({ key: "b" })], 0, 1_000);
  expect(bars[1]).toEqual({ key: "b", queue: null, run: null, usual: null });
});

test("the usual length makes the axis longer when it ends later", () => {
  const { lengthMs, bars } = waterfall(
    [job({ queuedAt: 0, startedAt: 0, finishedAt: 8_000, p50Ms: 10_000 })],
    0,
    0,
  );
  expect(lengthMs).toBe(10_000);
  expect(bars[0]?.run?.to).toBe(0.8);
  expect(bars[0]?.usual?.to).toBe(1);
});

test("a usual length far beyond this run is cut, so that the run can still be seen", () => {
  const { lengthMs, bars } = waterfall(
    [job({ queuedAt: 0, startedAt: 0, finishedAt: 1_000, p50Ms: 240_000 })],
    0,
    0,
  );
  expect(lengthMs).toBe(1_500);
  expect(bars[0]?.usual).toEqual({ from: 0, to: 1 });
});

test("a run that waited far longer than it ran begins the axis itself", () => {
  const { bars, lengthMs } = waterfall(
    [job({ queuedAt: 0, startedAt: 70_000_000, finishedAt: 70_002_000 })],
    0,
    0,
  );
  expect(lengthMs).toBe(2_000);
  expect(bars[0]).toMatchObject({ queue: { from: 0, to: 0 }, run: { from: 0, to: 1 } });
});

test.each([3_000, 61_000, 900_000, 40 * 3_600_000])("an axis of %i ms has one to eight marks", (length) => {
  const { ticks } = waterfall([job({ queuedAt: 0, startedAt: 0, finishedAt: length })], 0, 0);
  expect(ticks.length).toBeGreaterThan(0);
  expect(ticks.length).toBeLessThanOrEqual(8);
});

test("a run without any job has an axis all the same", () =>
  expect(waterfall([], 0, 10)).toEqual({ lengthMs: 1, bars: [], ticks: [{ at: 0, ms: 0 }] }));
