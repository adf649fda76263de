import { readdirSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { pipelineJobs, pipelineRuns } from "@/db/schema";
import { createAccessToken } from "@/server/access-tokens/commands";
import { SPOOL } from "@/server/git/push-spool";
import { runProgram } from "@/server/git/testing/run-program";
import { gitAccess } from "@/server/git-http/access";
import { createGitHandler } from "@/server/git-http/backend";
import { rerunJob } from "@/server/pipelines/commands";
import { PIPELINE } from "@/server/promotions/testing/engine-world";
import { jobsDirectory } from "@/server/runner/start-job";
import { createFaultyWorlds, type FaultyWorld } from "./testing/faulty-world";
import { checkInvariants } from "./testing/invariants";
import { failWhenFull, makeSmallDisk, type SmallDisk } from "./testing/small-disk";

// Where no small disk can be mounted, this process is told that it is full.
vi.mock(import("node:fs/promises"), async (original) => {
  const real = await original();
  const refusing =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      failWhenFull(args[0]);
      return work(...args);
    };
  return { ...real, mkdir: refusing(real.mkdir) as typeof real.mkdir, open: refusing(real.open) };
});

const TIMEOUT_MS = 180_000;
const FULL = /disk is full/;
/** Makes an artifact of a megabyte, which no packing makes smaller. */
const LARGE = PIPELINE.replace(
  "      - mkdir out\n",
  "      - mkdir out\n      - head -c 1000000 /dev/urandom > out/large\n",
);

let world: FaultyWorld;
let disk: SmallDisk | undefined;
const worlds = createFaultyWorlds((first) => first.begin());
afterAll(() => worlds.remove());
beforeEach(async () => {
  ({ world } = await worlds.next());
});
afterEach(async () => {
  disk?.remove();
  disk = undefined;
  await world.stop();
});

/** A change whose check needs room, and what became of its job. */
async function checked(files: Record<string, string>) {
  const branch = "feature/2026.21/PAY-1-large";
  await world.commit(branch, files, world.staff.author, "sprint/2026.21");
  const opened = await world.open(world.staff.author, branch, "sprint/2026.21");
  await world.settle();
  const latest = async () => {
    const [run] = await world.db.select().from(pipelineRuns).where(eq(pipelineRuns.trigger, "candidate"));
    const jobs = await world.db
      .select()
      .from(pipelineJobs)
      .where(eq(pipelineJobs.runId, run?.id ?? ""))
      .orderBy(pipelineJobs.attempt);
    const job = jobs.at(-1);
    if (!job) throw new Error("no job ran");
    return job;
  };
  return { id: opened.promotion.id, latest };
}

/** Tried again when there is room, it passes, and nothing else was harmed. */
async function expectRecovery({ id, latest }: Awaited<ReturnType<typeof checked>>) {
  disk?.grow();
  await rerunJob(world.as(world.staff.author), { jobId: (await latest()).id });
  await world.settle();
  expect(await latest()).toMatchObject({ state: "passed", attempt: 2 });
  expect(await world.stateOf(id)).toBe("awaiting_approval");
  expect(await checkInvariants(world.evidence)).toEqual([]);
}

test("a full disk for artifacts: the job fails and says why, nothing half is left, and it works when there is room", {
  timeout: TIMEOUT_MS,
}, async () => {
  const store = path.join(world.ctx.dataDir, "artifacts");
  disk = makeSmallDisk(store, 256);
  const change = await checked({ ".clearway/pipeline.yaml": LARGE });
  expect(await change.latest()).toMatchObject({ state: "failed", reason: expect.stringMatching(FULL) });
  expect(await world.stateOf(change.id)).toBe("gating");
  const left = readdirSync(store, { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => entry.isFile())).toEqual([]);
  await expectRecovery(change);
});

test("a full disk for job directories: the job does not start and says why, and works when there is room", {
  timeout: TIMEOUT_MS,
}, async () => {
  const jobs = await jobsDirectory(world.ctx.dataDir);
  disk = makeSmallDisk(jobs, 128);
  const change = await checked({ large: "0123456789abcdef".repeat(40_000) });
  expect(await change.latest()).toMatchObject({ state: "interrupted", reason: expect.stringMatching(FULL) });
  expect(readdirSync(jobs)).toEqual([]);
  await expectRecovery(change);
});

test("a full disk for a repository: the push is refused whole, and taken when there is room", {
  timeout: TIMEOUT_MS,
}, async () => {
  const reports: unknown[] = [];
  const handler = createGitHandler({
    ...gitAccess((actor) => ({ ...world.ctx, actor })),
    report: (error) => reports.push(error),
  });
  const server = http.createServer((req, res) => void handler(req, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { token } = await createAccessToken(world.as(world.staff.author), { name: "laptop", days: 30 });
    const url = `http://any:${token}@127.0.0.1:${(server.address() as AddressInfo).port}/git/payments.git`;
    const work = path.join(world.ctx.dataDir, "work");
    const git = (...args: string[]) =>
      runProgram("git", args, {
        cwd: world.ctx.dataDir,
        env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: world.ctx.dataDir, GIT_TERMINAL_PROMPT: "0" },
      });
    const inWork = (...args: string[]) =>
      git("-C", work, "-c", "user.name=Author", "-c", "user.email=author@example.com", ...args);
    expect(await git("clone", "-q", "-b", "sprint/2026.21", url, work)).toMatchObject({ exitCode: 0 });
    await runProgram("sh", ["-c", `head -c 4000000 /dev/urandom > ${work}/large`], {
      cwd: work,
      env: { PATH: "/usr/bin:/bin" },
    });
    await inWork("add", "large");
    await inWork("commit", "-q", "-m", "PAY-1 large");
    const branch = "HEAD:refs/heads/feature/2026.21/PAY-1-large";

    disk = makeSmallDisk(world.directory, 2_048);
    expect((await inWork("push", "-q", url, branch)).exitCode).not.toBe(0);
    const filesOf = (directory: string) =>
      readdirSync(path.join(world.directory, directory), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name);
    expect(filesOf("objects").filter((name) => name.startsWith("tmp_"))).toEqual([]);
    expect(filesOf(SPOOL)).toEqual([]);
    expect(filesOf("refs/heads").filter((name) => name.startsWith("PAY-1-large"))).toEqual([]);

    disk.grow();
    expect(await inWork("push", "-q", url, branch)).toMatchObject({ exitCode: 0 });
    expect(filesOf("refs/heads")).toContain("PAY-1-large");
    expect(reports).toEqual([]);
    await world.settle();
    expect(await checkInvariants(world.evidence)).toEqual([]);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
