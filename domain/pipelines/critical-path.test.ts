import { expect, test } from "vitest";
import { criticalPath } from "./critical-path";

const job = (key: string, durationMs: number | null, ...needs: string[]) => ({ key, durationMs, needs });

test("the path is the chain of needs that takes longest, not the chain with most jobs", () => {
  const jobs = [
    job("checkout", 10),
    job("unit", 500, "checkout"),
    job("scan", 100, "checkout"),
    job("report", 50, "scan"),
    job("pack", 30, "unit", "report"),
  ];
  expect(criticalPath(jobs)).toEqual({ keys: ["checkout", "unit", "pack"], durationMs: 540 });
});

test("a long job that nothing needs is a path of its own", () => {
  expect(criticalPath([job("a", 10), job("b", 20, "a"), job("alone", 31)])).toEqual({
    keys: ["alone"],
    durationMs: 31,
  });
});

test("of two equal paths the first of the file is told", () => {
  expect(criticalPath([job("a", 10), job("b", 10)]).keys).toEqual(["a"]);
});

test("jobs of which nothing is known count as nothing", () => {
  expect(criticalPath([job("a", null), job("b", 5, "a")])).toEqual({ keys: ["a", "b"], durationMs: 5 });
  expect(criticalPath([job("a", null)])).toEqual({ keys: ["a"], durationMs: 0 });
  expect(criticalPath([])).toEqual({ keys: [], durationMs: 0 });
});

test("needs that are not in the list, or in a circle, do no harm", () => {
  expect(criticalPath([job("a", 3, "gone")]).keys).toEqual(["a"]);
  expect(criticalPath([job("a", 3, "b"), job("b", 4, "a")]).durationMs).toBe(7);
});
