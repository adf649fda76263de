import { describe, expect, test } from "vitest";
import { Calendar, Clock } from "./calendar";

describe("the open sprint", () => {
  const days = Array.from({ length: 21 }, (_, index) =>
    new Date(Date.UTC(2026, 2, 1 + index)).toISOString().slice(0, 10),
  );

  test.each(days)("has five working days behind it on %s, none of them in the future", (anchorDay) => {
    const calendar = new Calendar(anchorDay, "seed", 3);
    expect(calendar.lastDay).toBeGreaterThanOrEqual(4);
    const latest = calendar.at(3, [calendar.lastDay, "23:30"], "any");
    expect(latest.getTime()).toBeLessThan(Date.parse(`${anchorDay}T00:00:00Z`));
    expect(calendar.sprints.map(({ start }) => start.getUTCDay())).toEqual([1, 1, 1, 1]);
  });
});

test("sprints have different keys over the turn of the years", () => {
  for (let year = 2024; year < 2034; year++) {
    const keys = new Calendar(`${year}-02-10`, "seed", 8).sprints.map(({ key }) => key);
    expect(new Set(keys).size).toBe(9);
    expect([...keys].sort()).toEqual(keys);
  }
});

test("the seed decides how late people are, within minutes", () => {
  const at = (seed: string) => new Calendar("2026-03-10", seed, 1).at(0, [0, "09:00"], "somebody").getTime();
  expect(at("a")).toBe(at("a"));
  expect(at("a")).not.toBe(at("b"));
  const nine = new Calendar("2026-03-10", "a", 1).sprint(0).start.getTime() + 9 * 3_600_000;
  expect(at("a") - nine).toBeLessThanOrEqual(11 * 60_000);
});

test("the clock never goes back", () => {
  const clock = new Clock(new Date("2026-03-02T10:00:00Z"));
  clock.to(new Date("2026-03-02T09:00:00Z"));
  expect(clock.now.toISOString()).toBe("2026-03-02T10:00:01.000Z");
});
