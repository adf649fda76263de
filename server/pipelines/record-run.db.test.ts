import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { artifacts, installations, pipelineJobs, pipelineRuns } from "@/db/schema";
import { audited, givenWorkItem } from "@/db/testing/given";
import type { ReportedRunInput } from "@/domain/pipelines/reported-run";
import { listRuns } from "./queries";
import { readJobLog } from "./read-log";
import { getRun } from "./read-run";
import { recordRun } from "./record-run";
import { ensureRun } from "./start";
import { givenPipelines, type PipelineWorld } from "./testing/given-pipeline";

const FILE = `version: 1
jobs:
  build:
    commands: ["make"]
    artifacts: [{ component: api, path: dist/app.bin }]
  unit:
    needs: [build]
    commands: ["make test"]
components:
  api: {}
`;

let world: PipelineWorld;

beforeEach(async () => {
  world = await givenPipelines();
});
afterEach(async () => {
  await world.stop();
});

const minute = (n: number) => new Date(Date.UTC(2026, 0, 5, 9, n));
let made = 0;

async function report(
  over: Partial<ReportedRunInput> = {},
  minutes = [0, 1, 3, 4, 8],
): Promise<ReportedRunInput> {
  made += 1;
  const [queued = 0, began = 0, built = 0, tested = 0, ended = 0] = minutes;
  const ref = over.ref ?? "refs/heads/master";
  return {
    ...(await world.commit(FILE, { "n.txt": String(made) }, ref)),
    state: "passed",
    jobs: [
      {
        key: "build",
        name: "Build",
        state: "passed",
        queuedAt: minute(queued),
        startedAt: minute(began),
        finishedAt: minute(built),
        log: "$ make\n€ done\u0000\n",
      },
      {
        key: "unit",
        name: "Unit tests",
        state: "passed",
        queuedAt: minute(built),
        startedAt: minute(tested),
        finishedAt: minute(ended),
      },
    ],
    artifacts: [{ componentKey: "api", bytes: Buffer.from(`api ${made}`) }],
    ...over,
  };
}

describe("a reported run", () => {
  test("stands like one of our own: jobs with their times, log, artifact, release asked for", async () => {
    const recorded = await recordRun(world.ctx, await report());
    expect(recorded.state).toBe("passed");
    expect(world.base.jobs).toContainEqual({ task: "releases.seal", payload: { runId: recorded.runId } });
    const run = await getRun(world.as(world.asha), { number: recorded.number });
    expect(run).toMatchObject({
      state: "passed",
      trigger: "external",
      createdAt: minute(0),
      startedAt: minute(1),
      finishedAt: minute(8),
      queueMs: 60_000,
      durationMs: 7 * 60_000,
      canRerun: false,
      criticalPath: { keys: ["build", "unit"], durationMs: 6 * 60_000 },
    });
    expect(run.jobs).toMatchObject([
      { key: "build", durationMs: 120_000, needs: [] },
      { key: "unit", queueMs: 60_000, durationMs: 240_000, needs: ["build"] },
    ]);
    expect(run.artifacts).toMatchObject([
      { componentKey: "api", path: "dist/app.bin", jobId: run.jobs[0]?.id },
    ]);
    const log = await readJobLog(world.ctx, { jobId: run.jobs[0]?.id ?? "", offset: 0 });
    expect(log).toMatchObject({ isOver: true, chunks: [{ offset: 0, text: "$ make\n€ done\ufffd\n" }] });
  });

  test("fulfils the run of its tree that waits here and has not begun", async () => {
    const given = await report();
    const { repositoryId, commitSha, treeOid, ref } = given;
    const input = {
      repositoryId,
      commitSha,
      treeOid,
      ref,
      trigger: "candidate" as const,
      requestedById: null,
    };
    const waiting = await ensureRun(world.ctx, input);
    expect(await recordRun(world.ctx, given)).toMatchObject({ runId: waiting.runId, state: "passed" });
    expect(await world.base.db.$count(pipelineRuns)).toBe(1);
    expect(await world.base.db.$count(pipelineJobs)).toBe(2);
    await world.work();
    expect((await world.read(waiting.runId)).run.state).toBe("passed");
    await expect(recordRun(world.ctx, given)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("is refused where it contradicts itself, the commit's file or the catalogue, and leaves nothing", async () => {
    const whole = await report();
    const [build, unit] = whole.jobs;
    if (!build || !unit) throw new Error("two jobs were expected");
    const wrong: [Partial<ReportedRunInput>, string][] = [
      [{ jobs: [{ ...build, startedAt: minute(9) }, unit] }, "not in the order"],
      [{ jobs: [{ ...build, state: "failed" }, unit] }, "passed only when all"],
      [{ jobs: [build] }, 'The job "unit" of the commit\'s pipeline file is not reported'],
      [{ jobs: [build, unit, { ...unit, key: "deploy" }] }, 'The job "deploy" is not in the commit'],
      [{ jobs: [build, { ...unit, finishedAt: new Date(Date.now() + 3_600_000) }] }, "in the future"],
      [
        { artifacts: [{ componentKey: "other", bytes: Buffer.from("x") }] },
        'The component "other" is not in',
      ],
      [{ artifacts: [{ componentKey: "api" }] }, "either a file or bytes"],
    ];
    for (const [over, message] of wrong) {
      await expect(recordRun(world.ctx, { ...whole, ...over })).rejects.toThrow(message);
    }
    expect(await world.base.db.$count(pipelineRuns)).toBe(0);
    expect(await world.base.db.$count(artifacts)).toBe(0);
    const viewer = { ...world.asha, grants: [] };
    await expect(recordRun(world.as(viewer), whole)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("is made at the given time in a demonstration, audit row included", async () => {
    await world.stop();
    world = await givenPipelines({ isRunnerEnabled: true, isDemonstration: true });
    await recordRun({ ...world.ctx, at: minute(9) }, await report());
    const [artifact] = await world.base.db.select({ at: artifacts.createdAt }).from(artifacts);
    expect(artifact?.at).toEqual(minute(9));
    const early = recordRun({ ...world.ctx, at: minute(5) }, await report());
    await expect(early).rejects.toThrow("in the future");
  });
});

describe("the list and the medians", () => {
  test("a job's usual duration is the median of the last passed runs, without the run itself", async () => {
    for (const ended of [5, 6, 7]) await recordRun(world.ctx, await report({}, [0, 1, 3, 4, ended]));
    const last = await recordRun(world.ctx, await report({}, [0, 1, 3, 4, 30]));
    const run = await getRun(world.ctx, { number: last.number });
    expect(run.p50Ms).toBe(5 * 60_000);
    expect(run.jobs.map((job) => job.p50Ms)).toEqual([120_000, 120_000]);
    expect(run.jobs[1]?.durationMs).toBe(26 * 60_000);
  });

  test("pages by number, filters, names the work item of the branch, and stays within the reader's scope", async () => {
    await givenWorkItem(world.base.db, world.product.id, { key: "PAY-412", title: "Retry timeouts" });
    await recordRun(world.ctx, await report());
    await recordRun(world.ctx, await report({ ref: "refs/heads/feature/2026.21/PAY-412-retry" }));
    const third = await recordRun(world.ctx, await report());
    const asha = world.as(world.asha);
    const first = await listRuns(asha, { limit: 2 });
    expect(first.runs.map((run) => run.number)).toEqual([third.number, third.number - 1]);
    expect(first.runs[1]).toMatchObject({
      branch: "feature/2026.21/PAY-412-retry",
      workItem: { key: "PAY-412", title: "Retry timeouts" },
      queueMs: 60_000,
      durationMs: 7 * 60_000,
      wait: null,
    });
    const rest = await listRuns(asha, { limit: 2, before: first.next ?? 0 });
    expect(rest).toMatchObject({ next: null, runs: [{ number: third.number - 2 }] });
    const only = await listRuns(asha, { limit: 9, branch: "master", states: ["passed"] });
    expect(only.runs).toHaveLength(2);
    expect((await listRuns(asha, { limit: 9, productKey: "other" })).runs).toEqual([]);
    expect((await listRuns(world.as({ ...world.asha, grants: [] }), { limit: 9 })).runs).toEqual([]);
  });
});

test("the runner being off is no reason to refuse a report", async () => {
  await audited(world.base.db, (tx) => tx.update(installations).set({ isRunnerEnabled: false }));
  const { runId } = await recordRun(world.ctx, await report());
  const [run] = await world.base.db.select().from(pipelineRuns).where(eq(pipelineRuns.id, runId));
  expect(run?.state).toBe("passed");
});
