import { expect, test } from "vitest";
import { judgeTest, rankOf, type TestOutcome } from "./test-results";

const P = "passed";
const F = "failed";
const S = "skipped";

type Case = readonly [
  guarantee: string,
  now: TestOutcome,
  sameTree: readonly TestOutcome[],
  before: readonly (TestOutcome | null)[],
  isNew: boolean,
  isFlaky: boolean,
];

const CASES: readonly Case[] = [
  ["a failure that passed in the run before is new", F, [], [P], true, false],
  ["a failure of a test that was not there is new", F, [], [null], true, false],
  ["a failure that was skipped before is new", F, [], [S], true, false],
  ["a failure that failed before is not new", F, [], [F, P], false, false],
  ["an error after a failure is not new", "errored", [], [F], false, false],
  ["without a run before nothing is new", F, [], [], false, false],
  ["what passes is never new", P, [], [F], false, false],
  ["both outcomes for one tree are flaky", P, [F], [], false, true],
  ["both outcomes for one tree are flaky, the other way round", F, [P], [P], true, true],
  ["skipped for the same tree says nothing", F, [S], [F], false, false],
  ["one change is a repair", P, [], [F, F, F], false, false],
  ["two changes are a breakage and its repair", P, [], [F, P, P], false, false],
  ["three changes are flaky", F, [], [P, F, P], true, true],
  ["gaps and skipped runs do not count as changes", F, [], [P, null, F, S, F, null, F], true, false],
  ["what lies beyond ten runs is forgotten", P, [], [P, P, P, P, P, P, P, P, P, P, F, P, F, P], false, false],
];

test.each(CASES)("%s", (_guarantee, outcome, sameTree, before, isNewFailure, isFlaky) => {
  expect(judgeTest({ outcome, isRetried: false }, { sameTree, before })).toEqual({ isNewFailure, isFlaky });
});

test("a test that its own runner had to try again is flaky", () => {
  expect(judgeTest({ outcome: P, isRetried: true }, { sameTree: [], before: [] }).isFlaky).toBe(true);
});

test("new failures come first, then failures, then flaky ones, then the rest", () => {
  const verdict = (isNewFailure: boolean, isFlaky: boolean) => ({ isNewFailure, isFlaky });
  expect([
    rankOf(F, verdict(true, true)),
    rankOf(F, verdict(false, true)),
    rankOf(P, verdict(false, true)),
    rankOf(P, verdict(false, false)),
  ]).toEqual([0, 1, 2, 3]);
});
