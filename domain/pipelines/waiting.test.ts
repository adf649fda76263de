import { expect, test } from "vitest";
import { whyRunWaits } from "./waiting";

test.each([
  [false, null, 4, "runner_off", "The runner is off. A platform admin can turn it on in the settings."],
  [true, null, 0, "worker_absent", "No worker was ever seen. It starts as soon as one is back."],
  [true, 31, 2, "worker_absent", "No worker for 31 s. It starts as soon as one is back."],
  [true, 600, 0, "worker_absent", "No worker for 10 min. It starts as soon as one is back."],
  [true, 30, 1, "queued_behind", "Waits behind 1 job of other runs."],
  [true, 2, 5, "queued_behind", "Waits behind 5 jobs of other runs."],
  [true, 2, 0, "about_to_start", "Starts in a moment."],
] as const)(
  "runner %s, worker seen %s s ago, %s ahead: %s",
  (isRunnerEnabled, secondsSinceWorker, jobsAhead, code, text) => {
    expect(whyRunWaits({ isRunnerEnabled, secondsSinceWorker, jobsAhead })).toEqual({ code, text });
  },
);
