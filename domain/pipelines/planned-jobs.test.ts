import { expect, test } from "vitest";
import { checkPipeline } from "./check-definition";
import { jobName, jobOrder, readyJobs, unreachableJobs } from "./job-order";
import { groupOf, plannedJobs } from "./planned-jobs";

const check = checkPipeline({
  version: 1,
  jobs: {
    build: { commands: ["make"] },
    unit: {
      name: "Unit tests",
      needs: ["build"],
      commands: ["make test"],
      matrix: { os: ["linux", "mac"], node: ["18", "20"] },
    },
    pack: { needs: ["unit"], commands: ["make pack"] },
  },
});
if (!check.ok) throw new Error(JSON.stringify(check.problems));
const planned = plannedJobs(check.definition);
const four = ["unit/18/linux", "unit/18/mac", "unit/20/linux", "unit/20/mac"];

test("a matrix is one job for each combination, with its values and a name that tells them", () => {
  expect(Object.keys(planned.jobs)).toEqual(["build", ...four, "pack"]);
  expect(planned.jobs["unit/20/linux"]).toMatchObject({
    group: "unit",
    values: { node: "20", os: "linux" },
    needs: ["build"],
  });
  expect(Object.values(planned.jobs).map(jobName)).toEqual([
    "build",
    "Unit tests (18, linux)",
    "Unit tests (18, mac)",
    "Unit tests (20, linux)",
    "Unit tests (20, mac)",
    "pack",
  ]);
  expect(groupOf("unit/20/linux")).toBe("unit");
});

test("who needs a matrix job waits for every one of them, and is lost with any", () => {
  expect(jobOrder(planned)).toEqual(["build", ...four, "pack"]);
  expect(planned.jobs.pack?.needs).toEqual(four);
  const passed = Object.fromEntries(["build", ...four].map((key) => [key, "passed" as const]));
  expect(readyJobs(planned, passed)).toEqual(["pack"]);
  expect(readyJobs(planned, { ...passed, "unit/18/mac": "running" })).toEqual([]);
  expect(unreachableJobs(planned, { ...passed, "unit/18/mac": "failed" })).toEqual(["pack"]);
});

test("values that join alike stay apart", () => {
  const jobs = {
    a: { commands: ["x"], matrix: { one: ["1.2", "1"], two: ["3", "2.3"] } },
  };
  const other = checkPipeline({ version: 1, jobs });
  if (!other.ok) throw new Error("refused");
  expect(new Set(Object.keys(plannedJobs(other.definition).jobs)).size).toBe(4);
});
