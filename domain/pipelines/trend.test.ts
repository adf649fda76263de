import { expect, test } from "vitest";
import { durationTicks, TREND_MEDIAN_OF, trendOf } from "./trend";

const run = (number: number, durationMs: number, hasPassed = true) => ({
  number,
  durationMs,
  hasPassed,
  finishedAt: new Date(number * 60_000),
});

test("the median begins with the third passed run and leaves failed ones out", () => {
  const points = trendOf([run(1, 10), run(2, 90, false), run(3, 30), run(4, 20), run(5, 40)]);
  expect(points.map((point) => point.medianMs)).toEqual([null, null, null, 20, 25]);
});

test("runs are in the order in which they ended", () => {
  expect(trendOf([run(3, 1), run(1, 2), run(2, 3)]).map((point) => point.number)).toEqual([1, 2, 3]);
});

test("old runs leave the median", () => {
  const old = Array.from({ length: TREND_MEDIAN_OF }, (_, n) => run(n + 1, 1000));
  const recent = Array.from({ length: TREND_MEDIAN_OF }, (_, n) => run(n + 100, 10));
  expect(trendOf([...old, ...recent]).at(-1)?.medianMs).toBe(10);
});

test("nothing gives nothing", () => expect(trendOf([])).toEqual([]));

test.each([
  [0, [0, 1000]],
  [4200, [0, 1000, 2000, 3000, 4000, 5000]],
  [389_000, [0, 120_000, 240_000, 360_000, 480_000]],
])("an axis to %i ms is marked at times that people count in", (most, ticks) => {
  expect(durationTicks(most)).toEqual(ticks);
});
