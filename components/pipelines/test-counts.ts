import type { Run } from "./run-status";

export type TestCounts = {
  total: number;
  passed: number;
  failed: number;
  skipped: number;
  newFailures: number;
  flaky: number;
  durationMs: number;
};

/** The results of a run's last attempts together. */
export function testCounts(run: Pick<Run, "jobs">): TestCounts {
  const none = { total: 0, passed: 0, failed: 0, skipped: 0, newFailures: 0, flaky: 0, durationMs: 0 };
  return run.jobs.reduce((sum, { tests }) => {
    if (tests === null) return sum;
    return {
      total: sum.total + tests.passed + tests.failed + tests.skipped,
      passed: sum.passed + tests.passed,
      failed: sum.failed + tests.failed,
      skipped: sum.skipped + tests.skipped,
      newFailures: sum.newFailures + tests.newFailures,
      flaky: sum.flaky + tests.flaky,
      durationMs: sum.durationMs + tests.durationMs,
    };
  }, none);
}

/** "12 tests", "12 tests, 2 failed" */
export function testsInWords({
  passed,
  failed,
  skipped,
}: Pick<TestCounts, "passed" | "failed" | "skipped">): string {
  const total = passed + failed + skipped;
  const tests = total === 1 ? "1 test" : `${total} tests`;
  return failed > 0 ? `${tests}, ${failed} failed` : tests;
}
