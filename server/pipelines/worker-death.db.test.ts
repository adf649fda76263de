import { readFile } from "node:fs/promises";
import { asc, eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { artifacts, jobLogChunks, testResults } from "@/db/schema";
import { bundle, type Program, type Spawned, startWorker } from "../faults/testing/processes";
import { processesWith } from "../git/testing/given-repository";
import { enqueueJob } from "../queue/enqueue";
import { artifactFile } from "../runner/artifacts";
import { advanceRun } from "./advance";
import { givenPipelines, type PipelineWorld } from "./testing/given-pipeline";

const LINES = 40;
const FILE = `version: 1
jobs:
  count:
    timeout: 60s
    commands:
      - for i in $(seq 1 ${LINES}); do echo "line $i"; sleep 0.2; done
      - mkdir out; echo built > out/api.bin
      - printf '<testsuite><testcase name="counted"/></testsuite>' > out/unit.xml
      - exit $(cat code)
    artifacts: [{ component: api, path: out/api.bin }]
    reports: { junit: [out/unit.xml] }
components:
  api: {}
`;

let program: Program;
let world: PipelineWorld;
let workers: Spawned[];

beforeAll(async () => {
  program = await bundle({ faults: false });
});
afterAll(() => program.remove());

beforeEach(async () => {
  world = await givenPipelines();
  workers = [];
});
afterEach(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await Promise.all(workers.map((worker) => worker.ended));
  await world.stop();
});

function begin(): Spawned {
  const worker = startWorker(program, { url: world.base.url, ctx: world.ctx, outputs: [] });
  workers.push(worker);
  return worker;
}

async function onlyJob(runId: string) {
  const [job] = (await world.read(runId)).jobs;
  if (!job) throw new Error("there is no job");
  return job;
}

async function logOf(jobId: string): Promise<string> {
  const chunks = await world.base.db
    .select({ text: jobLogChunks.content })
    .from(jobLogChunks)
    .where(eq(jobLogChunks.jobId, jobId))
    .orderBy(asc(jobLogChunks.byteOffset));
  return chunks.map((chunk) => chunk.text).join("");
}

/** A worker is killed when the log has come to this line, as the kernel would kill it. */
async function killAt(line: number, jobId: string, worker: Spawned): Promise<void> {
  await vi.waitFor(async () => expect(await logOf(jobId)).toContain(`line ${line}\n`), { timeout: 40_000 });
  worker.kill("SIGKILL");
  expect(await worker.ended, worker.output()).toBe("SIGKILL");
}

test.each([
  [0, "passed"],
  [7, "failed"],
] as const)(
  "two workers die in the middle of one job: it ends with its own code %i, its whole log once, all that it kept",
  { timeout: 120_000 },
  async (code, state) => {
    const { runId } = await world.start(FILE, { code: String(code) });
    await advanceRun({ ...world.ctx, enqueue: enqueueJob }, runId);
    const { id } = await onlyJob(runId);
    await killAt(5, id, begin());
    expect((await onlyJob(runId)).state).toBe("running");
    await killAt(20, id, begin());
    begin();
    await vi.waitFor(async () => expect((await world.read(runId)).run.state).toBe(state), {
      timeout: 60_000,
    });
    const job = await onlyJob(runId);
    expect(job).toMatchObject({ state, exitCode: code, attempt: 1 });
    const log = await logOf(id);
    expect(log.split("\n").filter((line) => /^line \d+$/.test(line))).toEqual(
      Array.from({ length: LINES }, (_, n) => `line ${n + 1}`),
    );
    expect(job.logBytes).toBe(Buffer.byteLength(log));
    expect(await world.base.db.$count(testResults, eq(testResults.jobId, id))).toBe(1);
    const kept = await world.base.db.select().from(artifacts).where(eq(artifacts.runId, runId));
    expect(kept).toHaveLength(code === 0 ? 1 : 0);
    for (const { sha256 } of kept) {
      expect(await readFile(artifactFile(world.store, sha256), "utf8")).toBe("built\n");
    }
    await vi.waitFor(async () => expect((await onlyJob(runId)).leaseUntil).toBeNull(), { timeout: 10_000 });
    expect(await processesWith(id)).toEqual([]);
  },
);
