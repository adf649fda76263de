import { writeFile } from "node:fs/promises";
import path from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { deploymentChecks, environments, operations, pipelineJobs, pipelineRuns } from "@/db/schema";
import { audited } from "@/db/testing/given";
import { jobDirectory } from "@/server/pipelines/job-files";
import { PIPELINE } from "@/server/promotions/testing/engine-world";
import { openPullRequest } from "@/server/pull-requests/commands";
import { enqueueJob } from "@/server/queue/enqueue";
import { workDirectoryOf } from "@/server/runner/start-job";
import { type BadSlotHost, startBadSlotHost } from "./testing/bad-slot-host";
import { createFaultyWorlds, type FaultyWorld } from "./testing/faulty-world";
import { checkInvariants } from "./testing/invariants";
import { bundle, type Program, type Spawned, startWorker } from "./testing/processes";

const TIMEOUT_MS = 300_000;
/** What waits for another system is given 4.5 s, and is then left to others; the rest is the machine's. */
const STOPS_WITHIN_MS = 20_000;
/** What a process does that is only just being started. */
const WITH_A_START_MS = 80_000;

let released: Program;
beforeAll(async () => {
  released = await bundle({ faults: false });
});
afterAll(() => released.remove());

let world: FaultyWorld;
let host: BadSlotHost;
const worlds = createFaultyWorlds((first) => first.begin());
afterAll(() => worlds.remove());
beforeEach(async () => {
  ({ world } = await worlds.next());
  host = await startBadSlotHost(world.host.url);
});
afterEach(async () => {
  await host.close();
  await world.stop();
});

async function expectEnd(worker: Spawned): Promise<void> {
  const from = performance.now();
  worker.kill("SIGTERM");
  expect(await worker.ended, worker.output()).toBe(0);
  expect(performance.now() - from).toBeLessThan(STOPS_WITHIN_MS);
}

/** Another worker goes on at once: no lease of the ended one is waited for. */
async function expectTakeover(id: string, ends: string): Promise<void> {
  const since = new Date();
  const next = startWorker(released, world);
  await world.untilAtWork(since);
  const from = performance.now();
  await world.untilQuiet().finally(next.stop);
  const seconds = (performance.now() - from) / 1000;
  world.recoveries.push({ fault: "the end of a worker", seconds, limit: 15 });
  expect(await world.stateOf(id)).toBe(ends);
  expect(await checkInvariants(world.evidence)).toEqual([]);
}

test("a worker that ends while the slot host hangs leaves the deployment to the next one", {
  timeout: TIMEOUT_MS,
}, async () => {
  const [slotId = ""] = await world.uatSlots(1);
  await audited(world.db, (tx) =>
    tx.update(environments).set({ slotHostUrl: host.url }).where(eq(environments.key, "uat")),
  );
  const [id = ""] = await world.askFor(await world.releaseInDev("release", { release: "1" }), [slotId]);
  host.befalls.set(slotId, [{ route: "deploy", fault: "never answers" }]);
  await world.approveForReal(world.staff.peer, id);
  const worker = startWorker(released, world);
  await expect.poll(() => host.orders.get(slotId), { timeout: WITH_A_START_MS }).toBe(1);
  await expectEnd(worker);

  const [left] = await world.db.select().from(operations).where(eq(operations.promotionId, id));
  expect(left?.isSettled).toBe(false);
  expect((left?.leaseUntil?.getTime() ?? 0) <= Date.now()).toBe(true);
  host.befalls.clear();
  await expectTakeover(id, "succeeded");
});

test("a worker that ends between two health checks leaves them to the next one, which goes on counting", {
  timeout: TIMEOUT_MS,
}, async () => {
  const patient = PIPELINE.replace(/attempts: 2, intervalSeconds: 0/g, "attempts: 2, intervalSeconds: 60");
  const [slotId = ""] = await world.uatSlots(1);
  const release = await world.releaseInDev("slow", {
    ".clearway/pipeline.yaml": patient,
    "health.json": '{"status":"ok","failsIn":{"uat":"a key is missing"}}',
  });
  const [id = ""] = await world.askFor(release, [slotId]);
  await world.approveForReal(world.staff.peer, id);
  const worker = startWorker(released, world);
  const checks = async () => (await world.db.select().from(deploymentChecks)).filter((one) => !one.isHealthy);
  await expect.poll(async () => (await checks()).length, { timeout: WITH_A_START_MS }).toBe(1);
  await expectEnd(worker);
  await expectTakeover(id, "needs_human");
  expect((await checks()).map((one) => one.attempt).sort()).toEqual([1, 2]);
});

test("a worker that ends in the middle of a pipeline job does not end the job", {
  timeout: TIMEOUT_MS,
}, async () => {
  const branch = "feature/2026.21/PAY-1-long";
  const long = PIPELINE.replace(
    "      - mkdir out\n",
    "      - echo begun; while [ ! -e go ]; do sleep 0.1; done; echo done\n      - mkdir out\n",
  );
  await world.commit(branch, { ".clearway/pipeline.yaml": long }, world.staff.author, "sprint/2026.21");
  const { promotion } = await openPullRequest(
    { ...world.as(world.staff.author), enqueue: enqueueJob },
    {
      repositoryKey: world.repository.key,
      sourceBranch: branch,
      targetBranch: "sprint/2026.21",
      title: "Long",
      description: "",
    },
  );
  const worker = startWorker(released, world);
  const ofLongRun = async () => {
    const rows = await world.db
      .select({ job: pipelineJobs, definition: pipelineRuns.definition })
      .from(pipelineJobs)
      .innerJoin(pipelineRuns, eq(pipelineRuns.id, pipelineJobs.runId));
    return rows
      .filter(({ definition }) => JSON.stringify(definition).includes("-e go"))
      .map((row) => row.job);
  };
  const begun = async () => (await ofLongRun()).find((job) => job.logBytes > 0);
  await expect.poll(begun, { timeout: WITH_A_START_MS }).toBeDefined();
  const job = await begun();
  await expectEnd(worker);
  expect((await begun())?.state).toBe("running");

  await writeFile(path.join(workDirectoryOf(await jobDirectory(world.ctx, job?.id ?? "")), "go"), "");
  const next = startWorker(released, world);
  await expect
    .poll(async () => (await ofLongRun()).map(({ id, state, attempt }) => [id, state, attempt]), {
      timeout: WITH_A_START_MS,
    })
    .toEqual([[job?.id, "passed", 1]]);
  await expect
    .poll(() => world.stateOf(promotion.id), { timeout: WITH_A_START_MS })
    .toBe("awaiting_approval");
  await world.untilQuiet().finally(next.stop);
  expect(await checkInvariants(world.evidence)).toEqual([]);
});
