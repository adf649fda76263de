export const TEST_OUTCOMES = ["passed", "failed", "errored", "skipped"] as const;
export type TestOutcome = (typeof TEST_OUTCOMES)[number];

/** What the tests tab can be narrowed to. */
export const TEST_VIEWS = ["all", "new", "failed", "flaky", "skipped"] as const;
export type TestView = (typeof TEST_VIEWS)[number];

/** One job keeps so many test cases at most. */
export const MAX_TEST_CASES = 20_000;

export type TestCase = {
  /** The class where the file names one, otherwise the suite. */
  readonly suite: string;
  readonly name: string;
  readonly file: string | null;
  readonly outcome: TestOutcome;
  readonly durationMs: number | null;
  readonly message: string | null;
  readonly details: string | null;
  /** The file itself says that it failed before it passed, within this very run. */
  readonly isRetried: boolean;
};

export function hasFailed(outcome: TestOutcome): boolean {
  return outcome === "failed" || outcome === "errored";
}

/** So many earlier results of the branch are looked at, and so many changes among them make a test flaky. */
export const FLAKY_WINDOW = 10;
export const FLAKY_CHANGES = 3;

/** Shown beside the figures: what the two words mean. */
export const NEW_FAILURE_MEANS =
  "New: failed now, and in the run before it on the same branch it did not fail or was not there.";
export const FLAKY_MEANS = `Flaky: passed and failed for the very same tree, or changed between the two at least ${FLAKY_CHANGES} times within the last ${FLAKY_WINDOW} runs of the branch and this one.`;

export type TestHistory = {
  /** Outcomes of the same test for the very same tree: other attempts, other runs. */
  readonly sameTree: readonly TestOutcome[];
  /** Outcomes in earlier runs of the branch that had results of this job, newest first; null where it was absent. */
  readonly before: readonly (TestOutcome | null)[];
};

export type TestVerdict = { readonly isNewFailure: boolean; readonly isFlaky: boolean };

/** Is this failure new, and is the test one that cannot be trusted? Without an earlier run nothing is new. */
export function judgeTest(
  { outcome, isRetried }: Pick<TestCase, "outcome" | "isRetried">,
  { sameTree, before }: TestHistory,
): TestVerdict {
  const [last] = before;
  const isNewFailure = hasFailed(outcome) && last !== undefined && (last === null || !hasFailed(last));
  const told = (one: TestOutcome | null): one is TestOutcome => one !== null && one !== "skipped";
  const ofTree = [outcome, ...sameTree].filter(told).map(hasFailed);
  const isBoth = ofTree.includes(true) && ofTree.includes(false);
  const line = [outcome, ...before.slice(0, FLAKY_WINDOW)].filter(told).map(hasFailed);
  const changes = line.filter((failed, index) => index > 0 && failed !== line[index - 1]).length;
  return { isNewFailure, isFlaky: isRetried || isBoth || changes >= FLAKY_CHANGES };
}

/** The order of the tests tab: new failures, failures, flaky ones, the rest. */
export const TEST_RANKS = { newFailure: 0, failure: 1, flaky: 2, rest: 3 } as const;

export function rankOf(outcome: TestOutcome, { isNewFailure, isFlaky }: TestVerdict): number {
  if (isNewFailure) return TEST_RANKS.newFailure;
  if (hasFailed(outcome)) return TEST_RANKS.failure;
  return isFlaky ? TEST_RANKS.flaky : TEST_RANKS.rest;
}
