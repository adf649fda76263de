import { expect, test } from "vitest";
import type { JobState } from "../pipelines/status";
import { requiredCheckStates } from "./required-checks";

const job = (key: string, state: JobState, attempt = 1) => ({ key, state, attempt });

test.each<[string, ReturnType<typeof job>[], string]>([
  ["a job that passed", [job("lint", "passed")], "passed"],
  ["no such job", [job("build", "passed")], "absent"],
  ["a job whose key only begins the same", [job("lint-docs", "passed")], "absent"],
  ["a job that runs", [job("lint", "running")], "waiting"],
  ["a job that was skipped did not pass", [job("lint", "skipped")], "failed"],
  [
    "a job that failed and passed when run again",
    [job("lint", "passed", 2), job("lint", "failed")],
    "passed",
  ],
  [
    "a job that passed and failed when run again",
    [job("lint", "passed"), job("lint", "failed", 2)],
    "failed",
  ],
  ["a matrix of which all passed", [job("lint/18", "passed"), job("lint/20", "passed")], "passed"],
  ["a matrix of which one failed", [job("lint/18", "passed"), job("lint/20", "timed_out")], "failed"],
  ["a matrix of which one waits", [job("lint/18", "passed"), job("lint/20", "queued")], "waiting"],
])("%s", (_, jobs, state) => expect(requiredCheckStates(["lint"], jobs)).toEqual({ lint: state }));
