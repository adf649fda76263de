import { createHash } from "node:crypto";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { artifacts, auditEvents, installations, jobLogChunks, pipelineJobs, pipelineRuns } from "@/db/schema";
import { audited } from "@/db/testing/given";
import { processesWith } from "../git/testing/given-repository";
import { artifactFile } from "../runner/artifacts";
import { workDirectoryOf } from "../runner/start-job";
import { advanceRun } from "./advance";
import { cancelRun, rerunJob, rerunRun, startRun } from "./commands";
import { interruptAll } from "./interrupt";
import { runJob } from "./job";
import { jobDirectory } from "./job-files";
import { readJobLog } from "./read-log";
import { getRun } from "./read-run";
import { ensureRun } from "./start";
import { sweepPipelines } from "./sweep";
import { givenPipelines, type PipelineWorld } from "./testing/given-pipeline";

const worker = { seconds: 30, signal: new AbortController().signal };
let world: PipelineWorld;

beforeEach(async () => {
  world = await givenPipelines();
});
afterEach(async () => {
  await world.stop();
});

function pipeline(jobs: Record<string, string[]>): string {
  const lines = Object.entries(jobs).map(
    ([key, body]) => `  ${key}:\n${body.map((line) => `    ${line}\n`).join("")}`,
  );
  return `version: 1\njobs:\n${lines.join("")}`;
}

const commands = (...all: string[]) => `commands: ${JSON.stringify(all)}`;

async function onlyJob(runId: string) {
  const { jobs } = await world.read(runId);
  const [job] = jobs;
  if (!job || jobs.length !== 1) throw new Error("one job was expected");
  return job;
}

/** The whole log as a reader of the page gathers it. */
async function gatherLog(jobId: string): Promise<{ text: string; offset: number }> {
  let text = "";
  let offset = 0;
  for (;;) {
    const answer = await readJobLog(world.ctx, { jobId, offset });
    text += answer.chunks.map((chunk) => chunk.text).join("");
    if (answer.nextOffset === offset || answer.isOver) return { text, offset: answer.nextOffset };
    offset = answer.nextOffset;
  }
}

const untilLog = (jobId: string, part: string) =>
  vi.waitFor(async () => expect((await gatherLog(jobId)).text).toContain(part), { timeout: 45_000 });

/** So many seconds and a bit that no other process of the machine is told of: it is found by them. */
const nap = (seconds: number) => `${seconds}.25${process.pid}`;

/** Counts aloud; what comes after two waits for `goOn`, however late whoever takes it over comes. */
const countTo = (last: number) =>
  `for i in $(seq ${last}); do while [ $i -gt 2 -a ! -e go ]; do sleep 0.02; done; echo line $i; sleep 0.05; done`;
const goOn = async (jobId: string) =>
  writeFile(path.join(workDirectoryOf(await jobDirectory(world.ctx, jobId)), "go"), "");

const queued = (task: string) => world.base.jobs.filter((job) => job.task === task);

describe("a run", () => {
  test("passes: jobs in the order of their needs, artifacts kept by their digest, the release asked for", async () => {
    const file = `${pipeline({
      build: [
        commands("mkdir dist", "cp src.txt dist/app.bin"),
        "artifacts: [{ component: api, path: dist/app.bin }]",
      ],
      check: [
        "needs: [build]",
        commands('cmp "$CLEARWAY_NEEDS/api" src.txt', 'echo "$CLEARWAY_REF $CLEARWAY_JOB"'),
      ],
    })}components:\n  api: {}\n`;
    const { runId, state, input } = await world.start(file, { "src.txt": "built once\n" });
    expect(state).toBe("queued");
    await world.work();
    const { run, states, jobs } = await world.read(runId);
    expect(states).toEqual({ "build.1": "passed", "check.1": "passed" });
    expect(run).toMatchObject({ state: "passed", commitSha: input.commitSha, reason: null });
    expect(run.startedAt && run.finishedAt && run.startedAt <= run.finishedAt).toBe(true);
    const sha256 = createHash("sha256").update("built once\n").digest("hex");
    const kept = await world.base.db.select().from(artifacts).where(eq(artifacts.runId, runId));
    expect(kept).toMatchObject([
      { componentId: world.component.id, componentKey: "api", sha256, sizeBytes: 11 },
    ]);
    expect(await readFile(artifactFile(world.store, sha256), "utf8")).toBe("built once\n");
    expect((await gatherLog(jobs[1]?.id ?? "")).text).toContain("refs/heads/master check\n");
    expect(queued("releases.seal")).toEqual([{ task: "releases.seal", payload: { runId } }]);
    for (const job of jobs) {
      expect(job.leaseUntil).toBeNull();
      await expect(readdir(await jobDirectory(world.ctx, job.id))).rejects.toMatchObject({ code: "ENOENT" });
    }
    const audit = await world.base.db.select({ action: auditEvents.action }).from(auditEvents);
    expect(audit.map((row) => row.action)).toEqual(
      expect.arrayContaining(["pipeline_run.queued", "pipeline_run.passed"]),
    );
  });

  test("a failing job skips what needs it, at any distance, and nothing else", async () => {
    const { runId } = await world.start(
      pipeline({
        build: [commands("exit 3")],
        unit: ["needs: [build]", commands("true")],
        pack: ["needs: [unit]", commands("true")],
        lint: [commands("true")],
      }),
    );
    await world.work();
    const { run, states, jobs } = await world.read(runId);
    expect(run).toMatchObject({ state: "failed", reason: "build failed." });
    expect(states).toEqual({
      "build.1": "failed",
      "unit.1": "skipped",
      "pack.1": "skipped",
      "lint.1": "passed",
    });
    expect(jobs.find((job) => job.key === "build")).toMatchObject({
      exitCode: 3,
      reason: "A command ended with code 3.",
    });
    expect(jobs.find((job) => job.key === "pack")?.reason).toBe("Needs unit, which did not pass.");
    expect(queued("releases.seal")).toEqual([]);
  });

  test("a job that takes longer than its timeout is stopped with everything it started", async () => {
    const { runId } = await world.start(pipeline({ slow: ['timeout: "1s"', commands(`sleep ${nap(61)}`)] }));
    await world.work();
    const job = await onlyJob(runId);
    expect(job).toMatchObject({
      state: "timed_out",
      reason: "Ran longer than its timeout of 1 s and was stopped.",
    });
    expect((await world.read(runId)).run.state).toBe("failed");
    expect(await processesWith(nap(61))).toEqual([]);
  });

  test("a job without the artifact it declares fails and says which", async () => {
    const file = `${pipeline({ build: [commands("true"), "artifacts: [{ component: api, path: dist/none }]"] })}components:\n  api: {}\n`;
    const { runId } = await world.start(file);
    await world.work();
    expect(await onlyJob(runId)).toMatchObject({
      state: "failed",
      reason: 'The job made no file "dist/none", which it declares.',
    });
  });
});

describe("a tree", () => {
  test("is built once, however many ask at the same time", async () => {
    const commit = await world.commit(pipeline({ build: [commands("true")] }));
    const input = { ...commit, trigger: "push" as const, requestedById: null };
    const asked = await Promise.all([1, 2, 3, 4].map(() => ensureRun(world.ctx, input)));
    expect(new Set(asked.map((run) => run.runId)).size).toBe(1);
    const runs = await world.base.db.select({ id: pipelineRuns.id }).from(pipelineRuns);
    expect(runs).toHaveLength(1);
    expect(await world.base.db.select().from(pipelineJobs)).toHaveLength(1);
  });

  test("whose run ended badly is not built again by itself, but is when a person asks", async () => {
    const { runId, input } = await world.start(pipeline({ build: [commands("exit 1")] }));
    await world.work();
    expect(await ensureRun(world.ctx, input)).toEqual({ runId, state: "failed" });
    const started = await startRun(world.as(world.asha), {
      repositoryId: world.repository.id,
      branch: "master",
    });
    expect(started.isNew).toBe(true);
    const again = await startRun(world.as(world.asha), {
      repositoryId: world.repository.id,
      branch: "master",
    });
    expect(again).toEqual({ number: started.number, isNew: false });
  });

  test("with a wrong file makes an invalid run that names the line", async () => {
    const { runId, state } = await world.start("version: 1\njobs:\n  build:\n    commands: []\n");
    expect(state).toBe("invalid");
    const { run, jobs } = await world.read(runId);
    expect(run.reason).toBe("line 4: A job needs at least one command.");
    expect(run.finishedAt).not.toBeNull();
    expect(jobs).toEqual([]);
    expect(queued("pipelines.advance")).toEqual([]);
  });

  test("without a file makes an invalid run that says so", async () => {
    const { runId } = await world.start(null);
    expect((await world.read(runId)).run).toMatchObject({
      state: "invalid",
      reason: "There is no .clearway/pipeline.yaml in this commit.",
    });
  });
});

describe("people", () => {
  test("cancel a run: its processes end, and what has not begun never does", async () => {
    const { runId } = await world.start(
      pipeline({
        wait: [commands("echo begun", `sleep ${nap(62)}`)],
        after: ["needs: [wait]", commands("true")],
      }),
    );
    await advanceRun(world.ctx, runId);
    const working = world.work();
    const [first] = (await world.read(runId)).jobs;
    await untilLog(first?.id ?? "", "begun\n");
    await cancelRun(world.as(world.asha), { runId });
    expect((await world.read(runId)).run).toMatchObject({
      state: "cancelled",
      reason: "Cancelled by Asha Rai.",
    });
    await working;
    expect((await world.read(runId)).states).toEqual({ "wait.1": "cancelled", "after.1": "cancelled" });
    expect(await processesWith(nap(62))).toEqual([]);
    expect((await world.read(runId)).jobs.every((job) => job.leaseUntil === null)).toBe(true);
    await expect(cancelRun(world.as(world.asha), { runId })).rejects.toMatchObject({ code: "TOO_LATE" });
  });

  test("a cancelled job whose worker is gone is ended by the next one", async () => {
    const { runId } = await world.start(pipeline({ wait: [commands("echo begun", `sleep ${nap(63)}`)] }));
    await advanceRun(world.ctx, runId);
    const gone = new AbortController();
    const working = world.work({ seconds: 30, signal: gone.signal });
    const job = await onlyJob(runId);
    await untilLog(job.id, "begun\n");
    gone.abort();
    await working;
    expect(await processesWith(nap(63))).not.toEqual([]);
    await cancelRun(world.as(world.asha), { runId });
    await sweepPipelines(world.ctx);
    expect(queued("pipelines.job")).toContainEqual({ task: "pipelines.job", payload: { jobId: job.id } });
    await world.work();
    expect(await processesWith(nap(63))).toEqual([]);
    expect(await onlyJob(runId)).toMatchObject({ state: "cancelled", leaseUntil: null });
  });

  test("try a failed job again, with those that need it, and keep the first attempt", async () => {
    const flag = path.join(world.base.dataDir, "mended");
    const { runId } = await world.start(
      pipeline({
        lint: [commands("true")],
        build: [commands(`test -e ${flag}`)],
        pack: ["needs: [build, lint]", commands("true")],
      }),
    );
    await world.work();
    const { run, jobs } = await world.read(runId);
    expect(run.state).toBe("failed");
    await writeFile(flag, "");
    const build = jobs.find((job) => job.key === "build");
    const lint = jobs.find((job) => job.key === "lint");
    await expect(rerunJob(world.as(world.asha), { jobId: lint?.id ?? "" })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await rerunJob(world.as(world.asha), { jobId: build?.id ?? "" });
    expect((await world.read(runId)).run).toMatchObject({ state: "running", finishedAt: null });
    await world.work();
    const after = await world.read(runId);
    expect(after.run).toMatchObject({ state: "passed", reason: null });
    expect(after.states).toEqual({
      "lint.1": "passed",
      "build.1": "failed",
      "build.2": "passed",
      "pack.1": "skipped",
      "pack.2": "passed",
    });
    await expect(rerunRun(world.as(world.asha), { runId })).rejects.toMatchObject({ code: "CONFLICT" });
    const told = await getRun(world.as(world.asha), { number: run.number });
    expect(told.jobs.find((job) => job.key === "build")).toMatchObject({
      attempt: 2,
      canRerun: false,
      earlier: [{ attempt: 1, state: "failed" }],
    });
  });

  test("without the role can neither see a run nor act on it", async () => {
    const { runId } = await world.start(pipeline({ build: [commands("true")] }));
    const { run } = await world.read(runId);
    const stranger = world.as({ ...world.asha, grants: [] });
    const viewer = world.as({
      ...world.asha,
      grants: [{ role: "auditor", scope: { kind: "organisation", id: null } }],
    });
    await expect(getRun(stranger, { number: run.number })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(cancelRun(stranger, { runId })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(cancelRun(viewer, { runId })).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await getRun(viewer, { number: run.number })).toMatchObject({ canCancel: false, canRerun: false });
  });
});

describe("a worker", () => {
  test("that ends leaves its job running, and another finishes it: one process, no line lost or twice", async () => {
    const { runId } = await world.start(pipeline({ count: [commands(countTo(8))] }));
    await advanceRun(world.ctx, runId);
    const first = new AbortController();
    const working = world.work({ seconds: 30, signal: first.signal });
    const job = await onlyJob(runId);
    await untilLog(job.id, "line 2\n");
    first.abort();
    await working;
    expect((await onlyJob(runId)).state).toBe("running");
    await sweepPipelines(world.ctx);
    const adopting = world.work();
    await goOn(job.id);
    await adopting;
    expect(await onlyJob(runId)).toMatchObject({ state: "passed", attempt: 1 });
    const { text } = await gatherLog(job.id);
    expect(text.split("\n").slice(1, -1)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `line ${n}`));
  });

  test("that lost its lease writes nothing more: the one that took over does", async () => {
    const { runId } = await world.start(pipeline({ count: [commands(countTo(9))] }));
    await advanceRun(world.ctx, runId);
    const late = world.work();
    const job = await onlyJob(runId);
    await untilLog(job.id, "line 2\n");
    await world.expireLease(job.id);
    const holder = (await onlyJob(runId)).workerId;
    const adopting = runJob(world.ctx, job.id, worker);
    await expect.poll(async () => (await onlyJob(runId)).workerId).not.toBe(holder);
    expect((await onlyJob(runId)).state).toBe("running");
    await goOn(job.id);
    await Promise.all([adopting, late]);
    expect(await onlyJob(runId)).toMatchObject({ state: "passed", attempt: 1 });
    const { text } = await gatherLog(job.id);
    expect(text.split("\n").slice(1, -1)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `line ${n}`));
    const ended = await world.base.db
      .select()
      .from(auditEvents)
      .where(eq(auditEvents.action, "pipeline_run.passed"));
    expect(ended).toHaveLength(1);
  });

  test("two that take the same job at once run it once", async () => {
    const file = path.join(world.base.dataDir, "runs");
    await writeFile(file, "", { mode: 0o666 });
    await chmod(file, 0o666);
    const { runId } = await world.start(pipeline({ once: [commands(`echo run >> ${file}`)] }));
    await advanceRun(world.ctx, runId);
    const job = await onlyJob(runId);
    await Promise.all([1, 2, 3].map(() => runJob(world.ctx, job.id, worker)));
    expect(await readFile(file, "utf8")).toBe("run\n");
    expect((await onlyJob(runId)).state).toBe("passed");
  });

  test("a job that vanished without a result is interrupted, with the reason", async () => {
    const { runId } = await world.start(pipeline({ wait: [commands("echo begun", `sleep ${nap(64)}`)] }));
    await advanceRun(world.ctx, runId);
    const gone = new AbortController();
    const working = world.work({ seconds: 30, signal: gone.signal });
    const job = await onlyJob(runId);
    await untilLog(job.id, "begun\n");
    gone.abort();
    await working;
    const directory = await jobDirectory(world.ctx, job.id);
    const [pid] = (await readFile(path.join(directory, "control", "begun"), "utf8")).split(" ");
    process.kill(-Number(pid), "SIGKILL");
    await sweepPipelines(world.ctx);
    await world.work();
    expect(await onlyJob(runId)).toMatchObject({
      state: "interrupted",
      reason: expect.stringContaining("Run it again"),
    });
    expect((await world.read(runId)).run.state).toBe("interrupted");
  });

  test("when everything stops, running jobs are killed and say so", async () => {
    const { runId } = await world.start(
      pipeline({
        wait: [commands("echo begun", `sleep ${nap(65)}`)],
        after: ["needs: [wait]", commands("true")],
      }),
    );
    await advanceRun(world.ctx, runId);
    const stop = new AbortController();
    const working = world.work({ seconds: 30, signal: stop.signal });
    const [job] = (await world.read(runId)).jobs;
    await untilLog(job?.id ?? "", "begun\n");
    stop.abort();
    await interruptAll(world.ctx);
    await working;
    expect(await processesWith(nap(65))).toEqual([]);
    const { run, states } = await world.read(runId);
    expect(states).toEqual({ "wait.1": "interrupted", "after.1": "skipped" });
    expect(run).toMatchObject({
      state: "interrupted",
      reason: "Clearway was stopped while this ran. Run it again.",
    });
    await rerunRun(world.as(world.asha), { runId });
    expect((await world.read(runId)).states).toMatchObject({ "wait.2": "queued", "after.2": "waiting" });
    await cancelRun(world.as(world.asha), { runId });
  });
});

describe("a log", () => {
  test("keeps the byte offsets of what was written, and characters of several bytes whole", async () => {
    const word = "नमस्ते €🙂";
    const { runId } = await world.start(
      pipeline({
        talk: [
          commands(
            `for i in $(seq 1 4000); do printf '%s\\n' '${word}'; done`,
            "printf 'nul\\000end\\n'",
            "printf 'bad\\377\\n'",
          ),
        ],
      }),
    );
    await world.work();
    const job = await onlyJob(runId);
    const { text, offset } = await gatherLog(job.id);
    expect(text.split(word)).toHaveLength(4002);
    expect(text).toContain("nul\ufffdend\n");
    expect(text).toContain("bad\ufffd\n");
    // NUL and the broken byte are one byte each; each is shown as a character of three.
    expect(offset).toBe(Buffer.byteLength(text) - 4);
    expect(job.logBytes).toBe(offset);
    const chunks = await world.base.db
      .select()
      .from(jobLogChunks)
      .where(eq(jobLogChunks.jobId, job.id))
      .orderBy(jobLogChunks.byteOffset);
    expect(chunks.length).toBeGreaterThan(1);
    let expected = 0;
    for (const chunk of chunks.slice(0, -1)) {
      expect(chunk.byteOffset).toBe(expected);
      expected += Buffer.byteLength(chunk.content);
    }
  });
});

describe("the runner", () => {
  test("that is off leaves the run queued and says why; turned on, the sweeper starts it", async () => {
    const on = (isRunnerEnabled: boolean) =>
      audited(world.base.db, (tx) => tx.update(installations).set({ isRunnerEnabled }));
    await on(false);
    const { runId } = await world.start(pipeline({ build: [commands("true")] }));
    await world.work();
    await sweepPipelines(world.ctx);
    expect(world.base.jobs).toEqual([]);
    const { run, states } = await world.read(runId);
    expect(states).toEqual({ "build.1": "waiting" });
    expect(await getRun(world.as(world.asha), { number: run.number })).toMatchObject({
      state: "queued",
      wait: { code: "runner_off" },
    });
    await on(true);
    expect(await getRun(world.as(world.asha), { number: run.number })).toMatchObject({
      wait: { code: "worker_absent" },
    });
    await sweepPipelines(world.ctx);
    await world.work();
    expect((await world.read(runId)).run.state).toBe("passed");
  });
});
