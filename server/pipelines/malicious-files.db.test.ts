import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { artifacts, pipelineCaches } from "@/db/schema";
import { MAX_LOG_BYTES } from "../runner/control";
import { readJobLog } from "./read-log";
import { getRun } from "./read-run";
import { openJobLog, searchJobLog } from "./search-log";
import { givenPipelines, type PipelineWorld } from "./testing/given-pipeline";

let world: PipelineWorld;

beforeEach(async () => {
  world = await givenPipelines();
});
afterEach(async () => {
  await world.stop();
});

async function run(file: string, files: Record<string, string> = {}) {
  const { runId } = await world.start(file, files);
  await world.work();
  const { run, jobs } = await world.read(runId);
  return { run, job: jobs[0] };
}

describe("a pipeline file", () => {
  const aliases = Array.from({ length: 20 }, (_, n) => `  a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}]`);
  test.each([
    [
      "nested thirty thousand levels deep",
      `version: 1\njobs: ${"[".repeat(30_000)}${"]".repeat(30_000)}`,
      "nested deeper than 20",
    ],
    [
      "of maps in maps",
      `version: 1\njobs: ${"{a: ".repeat(10_000)}${"}".repeat(10_000)}`,
      "nested deeper than 20",
    ],
    [
      "that grows by its aliases",
      `version: 1\njobs:\n  a0: &a0 [x]\n${aliases.join("\n")}\n`,
      "Anchors and aliases",
    ],
    ["larger than its limit", `version: 1\njobs:\n${"  # filler\n".repeat(20_000)}`, "larger than 64 kB"],
    [
      "of thousands of keys",
      `version: 1\njobs: {${Array.from({ length: 9000 }, (_, n) => `k${n}`).join(",")}}`,
      "line",
    ],
  ])("%s makes an invalid run, within its time", async (_what, file, reason) => {
    // The process's own time, its jail's included, so that what else runs on the machine does not count.
    const begun = process.cpuUsage();
    const { run: row } = await run(file);
    const { user, system } = process.cpuUsage(begun);
    expect(row.state).toBe("invalid");
    expect(row.reason).toContain(reason);
    expect(user + system).toBeLessThan(10_000_000);
  });
});

test("a folder that the job swapped for a link gives away nothing: no artifact, no report, no cache", async () => {
  const file = `version: 1
jobs:
  build:
    commands: ["mkdir out && touch out/passwd out/hosts && rm -r out && ln -s /etc out"]
    artifacts: [{ component: api, path: out/passwd }]
    reports: { junit: ["out/*", "**/hosts"] }
    cache: [{ key: all, paths: [out] }]
components:
  api: {}
`;
  const { run: row, job } = await run(file);
  expect(job).toMatchObject({
    state: "failed",
    reason: 'The artifact "out/passwd" leads outside the job\'s directory.',
  });
  expect(await world.base.db.select().from(artifacts).where(eq(artifacts.runId, row.id))).toEqual([]);
  expect(await world.base.db.select().from(pipelineCaches)).toEqual([]);
  const { reports } = await getRun(world.as(world.asha), { number: row.number });
  expect(reports.map((one) => one.problem)).toEqual([
    "No file of the job has this name.",
    "No file of the job has this name.",
  ]);
});

test("a job that writes without end is ended at ten megabytes, and what it wrote until then is kept", async () => {
  const file = `version: 1\njobs:\n  talk:\n    commands: ["yes 'a line that never ends'"]\n`;
  const { job } = await run(file);
  expect(job).toMatchObject({
    state: "failed",
    reason: "Wrote more than 10 MB of log and was stopped.",
    logBytes: MAX_LOG_BYTES,
  });
  const ctx = world.as(world.asha);
  const begun = process.cpuUsage();
  const found = await searchJobLog(ctx, { jobId: job?.id ?? "", words: "NEVER" });
  const { user, system } = process.cpuUsage(begun);
  expect(user + system).toBeLessThan(5_000_000);
  expect(found.total).toBeGreaterThan(400_000);
  expect(found.lines).toHaveLength(5000);
  let bytes = 0;
  for await (const piece of (await openJobLog(ctx, job?.id ?? "")).pieces) bytes += Buffer.byteLength(piece);
  expect(bytes).toBe(MAX_LOG_BYTES);
}, 60_000);

test("names that are options are names", async () => {
  const file = `version: 1
jobs:
  build:
    name: "--help"
    commands: ["printf x > ./-rf", "printf '<testsuite><testcase name=\\"--version\\"/></testsuite>' > ./--out.xml"]
    artifacts: [{ component: api, path: "-rf" }]
    reports: { junit: ["--*.xml"] }
    cache: [{ key: a, files: ["--lock"], paths: ["--cache-dir"] }]
components:
  api: {}
`;
  const { run: row, job } = await run(file, {
    "--lock": "1",
    "--cache-dir/-x": "1",
    "--upload-pack=touch x": "1",
  });
  expect(job).toMatchObject({ state: "passed", name: "--help" });
  const shown = await getRun(world.as(world.asha), { number: row.number });
  expect(shown.artifacts).toMatchObject([{ path: "-rf", sizeBytes: 1 }]);
  expect(shown.reports).toMatchObject([{ path: "--out.xml", cases: 1, problem: null }]);
  expect(job?.caches).toMatchObject([{ note: null, savedBytes: expect.any(Number) }]);
});

test("a log's lines are found where the reader sees them, and saved as they were written", async () => {
  const file = `version: 1\njobs:\n  talk:\n    commands: ["printf 'one\\\\n\\\\033[31mred Two\\\\033[0m\\\\nthree\\\\rtwo again\\\\n'"]\n`;
  const { run: row, job } = await run(file);
  const ctx = world.as(world.asha);
  const jobId = job?.id ?? "";
  expect(await searchJobLog(ctx, { jobId, words: "two" })).toMatchObject({ lines: [0, 2, 3], total: 3 });
  const { fileName, pieces } = await openJobLog(ctx, jobId);
  expect(fileName).toBe(`${world.repository.key}-${row.number}-talk.log`);
  let text = "";
  for await (const piece of pieces) text += piece;
  const read = await readJobLog(ctx, { jobId, offset: 0 });
  expect(text).toBe(read.chunks.map((chunk) => chunk.text).join(""));
  const stranger = world.as({ ...world.asha, grants: [] });
  await expect(searchJobLog(stranger, { jobId, words: "two" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(openJobLog(stranger, jobId)).rejects.toMatchObject({ code: "NOT_FOUND" });
});
