import { expect, test } from "vitest";
import { cacheRefs, isReviewedRun } from "./caches";

const heads = (...names: string[]) => names.map((name) => `refs/heads/${name}`);

test.each([
  ["master", ["master"]],
  ["sprint/2026.21", ["sprint/2026.21", "master"]],
  ["feature/2026.21/PAY-1-x", ["sprint/2026.21", "master"]],
  ["hotfix-work/PAY-1/x", ["hotfix/PAY-1", "master"]],
  ["--help", ["master"]],
  ["somebody/else", ["master"]],
] as const)("a run of %s reads the caches of %s", (name, refs) => {
  expect(cacheRefs(`refs/heads/${name}`)).toEqual(heads(...refs));
});

test("an unreviewed branch's own cache is read by nobody but the very tree that wrote it", () => {
  expect(cacheRefs("refs/heads/feature/2026.21/PAY-1-x")).not.toContain("refs/heads/feature/2026.21/PAY-1-x");
});

test("only what a protected branch holds is reviewed", () => {
  expect(isReviewedRun({ ref: "refs/heads/sprint/2026.21", trigger: "push" })).toBe(true);
  expect(isReviewedRun({ ref: "refs/heads/sprint/2026.21", trigger: "candidate" })).toBe(false);
  expect(isReviewedRun({ ref: "refs/heads/feature/2026.21/PAY-1-x", trigger: "manual" })).toBe(false);
});
