import { describe, expect, test } from "vitest";
import { formatClock, formatDistance, formatDuration, formatMoment, formatRelative } from "./format-time";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  [0, "just now"],
  [59 * SECOND, "just now"],
  [MINUTE, "1 min"],
  [59 * MINUTE + 59 * SECOND, "59 min"],
  [HOUR, "1 h"],
  [23 * HOUR + 59 * MINUTE, "23 h"],
  [DAY, "1 d"],
  [60 * DAY, "60 d"],
  [61 * DAY, "2 mo"],
  [90 * DAY, "2 mo"],
  [730 * DAY, "23 mo"],
  [731 * DAY, "2 y"],
  [3 * 366 * DAY, "3 y"],
])("a distance is rounded down to one unit: %i ms", (ms, words) => {
  expect(formatDistance(ms)).toBe(words);
  expect(formatDistance(-ms)).toBe(words);
});

test("the past says ago, the future says in", () => {
  expect(formatRelative(0, 39 * MINUTE)).toBe("39 min ago");
  expect(formatRelative(2 * DAY, 0)).toBe("in 2 d");
  expect(formatRelative(30 * DAY - 5 * SECOND, 0)).toBe("in 30 d");
  expect(formatRelative(30 * DAY - 3 * HOUR, 0)).toBe("in 29 d");
  expect(formatRelative(5 * SECOND, 0)).toBe("just now");
});

test.each([
  [-5, "0 ms"],
  [840, "840 ms"],
  [48 * SECOND, "48 s"],
  [6 * MINUTE, "6 min"],
  [6 * MINUTE + 12 * SECOND, "6 min 12 s"],
  [2 * HOUR + 5 * MINUTE, "2 h 05 min"],
  [3 * DAY + 4 * HOUR, "3 d 4 h"],
])("a duration has two units at most: %i ms", (ms, words) => {
  expect(formatDuration(ms)).toBe(words);
});

test.each([
  [48 * SECOND, "0:48"],
  [12 * MINUTE + 5 * SECOND, "12:05"],
  [HOUR + 2 * MINUTE + 5 * SECOND, "1:02:05"],
])("a running clock keeps its width: %i ms", (ms, words) => {
  expect(formatClock(ms)).toBe(words);
});

describe("a moment is told by the clock, with its day when that is not today", () => {
  const now = new Date("2026-11-21T12:00:00Z");
  test.each([
    ["2026-11-21T09:02:41Z", "09:02"],
    ["2026-11-20T16:31:00Z", "Fri 16:31"],
    ["2026-11-01T07:05:00Z", "1 Nov 07:05"],
    ["2025-11-20T16:31:00Z", "20 Nov 2025"],
  ])("%s", (at, told) => {
    expect(formatMoment(new Date(at), now, { timeZone: "UTC" })).toBe(told);
  });

  test("today is the viewer's today", () => {
    const late = new Date("2026-11-20T20:00:00Z");
    expect(formatMoment(late, now, { timeZone: "Asia/Kathmandu" })).toBe("01:45");
  });

  test("to the second where it is asked for", () => {
    expect(formatMoment(new Date("2026-11-21T09:02:41Z"), now, { timeZone: "UTC", seconds: true })).toBe(
      "09:02:41",
    );
  });
});
