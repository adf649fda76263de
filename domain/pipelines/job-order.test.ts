import { expect, test } from "vitest";
import { checkPipeline } from "./check-definition";
import type { PipelineDefinition } from "./definition";
import { jobOrder, jobTimeoutSeconds, readyJobs, unreachableJobs } from "./job-order";

function pipeline(needs: Record<string, string[]>): PipelineDefinition {
  const jobs = Object.fromEntries(
    Object.entries(needs).map(([key, list]) => [key, { needs: list, commands: ["make"], timeout: "90s" }]),
  );
  const check = checkPipeline({ version: 1, jobs });
  if (!check.ok) throw new Error(check.problems.map((problem) => problem.message).join(" "));
  return check.definition;
}

const diamond = pipeline({ pack: ["unit", "lint"], unit: ["prepare"], lint: ["prepare"], prepare: [] });

test("every job comes after those it needs, otherwise in the order of the file", () => {
  expect(jobOrder(diamond)).toEqual(["prepare", "unit", "lint", "pack"]);
  expect(jobOrder(pipeline({ c: [], a: [], b: [] }))).toEqual(["c", "a", "b"]);
});

test("a job is ready when all it needs has passed", () => {
  expect(readyJobs(diamond, {})).toEqual(["prepare"]);
  expect(readyJobs(diamond, { prepare: "running" })).toEqual([]);
  expect(readyJobs(diamond, { prepare: "passed" })).toEqual(["unit", "lint"]);
  expect(readyJobs(diamond, { prepare: "passed", unit: "passed", lint: "running" })).toEqual([]);
  expect(readyJobs(diamond, { prepare: "passed", unit: "passed", lint: "passed" })).toEqual(["pack"]);
});

test("what needs a failed job, at any distance, can no longer start", () => {
  expect(unreachableJobs(diamond, { prepare: "failed" })).toEqual(["unit", "lint", "pack"]);
  expect(unreachableJobs(diamond, { prepare: "passed", unit: "timed_out" })).toEqual(["pack"]);
  expect(unreachableJobs(diamond, { prepare: "running" })).toEqual([]);
});

test("a timeout is read in seconds and minutes", () => {
  const timeouts = ["90s", "5m", "120m"].map((timeout) => {
    const check = checkPipeline({ version: 1, jobs: { a: { commands: ["make"], timeout } } });
    return check.ok && check.definition.jobs.a !== undefined
      ? jobTimeoutSeconds(check.definition.jobs.a)
      : null;
  });
  expect(timeouts).toEqual([90, 300, 7200]);
});
