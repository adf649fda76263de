import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, symlink, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { pipelineCaches } from "@/db/schema";
import { PipelineDefinition } from "@/domain/pipelines/definition";
import { plannedJobs } from "@/domain/pipelines/planned-jobs";
import type { RunTrigger } from "@/domain/pipelines/status";
import { artifactFile } from "../runner/artifacts";
import { unpackDirectories } from "../runner/cache-archive";
import { saveCaches } from "./caches";
import { ensureRun } from "./start";
import { givenPipelines, type PipelineWorld } from "./testing/given-pipeline";

let world: PipelineWorld;

beforeEach(async () => {
  world = await givenPipelines();
});
afterEach(async () => {
  await world.stop();
});

const SPRINT = "refs/heads/sprint/2026.21";
const FEATURE = "refs/heads/feature/2026.21/PAY-1-x";

function pipeline(command: string, cache = "{ key: deps, files: [lock], paths: [deps] }"): string {
  return `version: 1\njobs:\n  build:\n    commands: [${JSON.stringify(command)}]\n    cache: [${cache}]\n`;
}

const WRITE = 'cat deps/what || true; mkdir -p deps; echo "$CLEARWAY_REF" > deps/what';
let turn = 0;

async function run(
  ref: string,
  trigger: RunTrigger,
  {
    command = WRITE,
    files = {},
    cache,
  }: { command?: string; files?: Record<string, string>; cache?: string } = {},
) {
  turn += 1;
  const content = { lock: "1", turn: String(turn), ...files };
  const input = await world.commit(pipeline(command, cache), content, `refs/heads/built/${turn}`);
  const { runId } = await ensureRun(world.ctx, { ...input, ref, trigger, requestedById: null });
  await world.work();
  const { jobs } = await world.read(runId);
  const [job] = jobs;
  if (!job) throw new Error("one job was expected");
  return { job, note: job.caches?.[0], treeOid: input.treeOid, runId };
}

const archives = async () => {
  const folders = (await readdir(path.join(world.base.dataDir, "caches"))).filter(
    (one) => one !== "incoming",
  );
  const files = await Promise.all(
    folders.map((folder) => readdir(path.join(world.base.dataDir, "caches", folder))),
  );
  return files.flat();
};

test("what a job of a protected branch left is there for the next one, once for its lock file", async () => {
  const first = await run(SPRINT, "push");
  expect(first.note).toMatchObject({ key: "deps", restoredBytes: null, savedBytes: expect.any(Number) });
  const second = await run(SPRINT, "push");
  expect(second.note).toMatchObject({
    restoredBytes: first.note?.savedBytes,
    restoredFrom: SPRINT,
    savedBytes: null,
  });
  const other = await run(SPRINT, "push", { files: { lock: "2" } });
  expect(other.note).toMatchObject({ restoredBytes: null, savedBytes: expect.any(Number) });
});

test("only a job that passes is kept", async () => {
  expect((await run(SPRINT, "push", { command: "mkdir deps; exit 1" })).job.caches).toMatchObject([
    { savedBytes: null },
  ]);
  expect((await run(SPRINT, "push")).note?.restoredBytes).toBeNull();
});

test("a candidate reads its target's cache and master's, nearest first, and writes neither", async () => {
  await run("refs/heads/master", "push");
  expect((await run(SPRINT, "candidate")).note?.restoredFrom).toBe("refs/heads/master");
  const other = "{ key: other, paths: [deps] }";
  const written = await run(SPRINT, "candidate", { cache: other });
  expect(written.note?.savedBytes).not.toBeNull();
  for (const [ref, trigger] of [
    [SPRINT, "push"],
    [SPRINT, "candidate"],
    ["refs/heads/master", "push"],
    [FEATURE, "push"],
  ] as const) {
    const read = await run(ref, trigger, { cache: other, command: "test ! -e deps && mkdir deps" });
    expect(read.job.state).toBe("passed");
    expect(read.note?.restoredBytes).toBeNull();
    await world.base.db.delete(pipelineCaches).where(eq(pipelineCaches.treeOid, read.treeOid));
  }
});

test("an unreviewed branch poisons nobody, itself included", async () => {
  const cache = "{ key: tools, paths: [deps] }";
  await run(FEATURE, "push", { cache, command: "mkdir deps; echo poison > deps/tool" });
  for (const ref of [SPRINT, "refs/heads/master", FEATURE]) {
    const { job } = await run(ref, ref === SPRINT ? "candidate" : "push", {
      cache,
      command: "test ! -e deps",
    });
    expect(job.state).toBe("passed");
  }
});

test("a damaged cache is thrown away and the job runs without it", async () => {
  await run(SPRINT, "push");
  const [entry] = await world.base.db.select().from(pipelineCaches);
  const archive = artifactFile(path.join(world.base.dataDir, "caches"), entry?.sha256 ?? "");
  await chmod(archive, 0o644);
  await truncate(archive, 700);
  const { job, note } = await run(SPRINT, "push", { command: "test ! -e deps && mkdir deps" });
  expect(job.state).toBe("passed");
  expect(note?.note).toBe("What was kept is damaged, so it was thrown away.");
  const entries = await world.base.db.select().from(pipelineCaches);
  expect(entries.map((one) => one.id)).not.toContain(entry?.id);
});

test("what is missing or no archive at all does not fail a job either", async () => {
  await run(SPRINT, "push");
  const [entry] = await world.base.db.select().from(pipelineCaches);
  const bad = Buffer.from("no archive");
  const sha256 = createHash("sha256").update(bad).digest("hex");
  const file = artifactFile(path.join(world.base.dataDir, "caches"), sha256);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, bad);
  await world.base.db
    .update(pipelineCaches)
    .set({ sha256 })
    .where(eq(pipelineCaches.id, entry?.id ?? ""));
  const { job, note } = await run(SPRINT, "push");
  expect(job.state).toBe("passed");
  expect(note?.note).toContain("It could not be restored. tar ended with code");
});

test("links that lead out are left behind, and a link of the checkout leads no archive away", async () => {
  const secret = path.join(world.base.dataDir, "secret");
  await writeFile(secret, "not the job's");
  const command = `mkdir -p deps/in; echo kept > deps/in/file; ln -s in/file deps/near; ln -s ${secret} deps/far; ln -s ../../../../secret deps/up`;
  await run(SPRINT, "push", { command });
  const list = "ls deps/near deps/in/file && test ! -e deps/far && test ! -L deps/far && test ! -L deps/up";
  expect((await run(SPRINT, "push", { command: list })).job.state).toBe("passed");
  // A checkout in which the cached path leads elsewhere.
  const cache = "{ key: nested, paths: [lib/deps] }";
  await run(SPRINT, "push", { cache, command: "mkdir -p lib/deps; echo x > lib/deps/x" });
  const outside = path.join(world.base.dataDir, "outside");
  await mkdir(outside);
  const work = path.join(world.base.dataDir, "job", "work");
  await mkdir(work, { recursive: true });
  await symlink(outside, path.join(work, "lib"));
  const [entry] = await world.base.db.select().from(pipelineCaches).where(eq(pipelineCaches.key, "nested"));
  const archive = artifactFile(path.join(world.base.dataDir, "caches"), entry?.sha256 ?? "");
  expect(await unpackDirectories(archive, work, ["lib/deps"])).toBe(false);
  expect(await readdir(outside)).toEqual([]);
});

test("a name that looks like an option is kept and comes back", async () => {
  const cache = '{ key: odd, paths: ["--help", "-rf"] }';
  await run(SPRINT, "push", {
    cache,
    command: "mkdir ./--help ./-rf; echo a > ./--help/-x; echo b > ./-rf/y",
  });
  const { job } = await run(SPRINT, "push", { cache, command: "cat ./--help/-x ./-rf/y" });
  expect(job.state).toBe("passed");
});

test("a repository's caches have a limit: what was used longest ago goes, and its archive with it", async () => {
  const big = (key: string) => ({
    cache: `{ key: ${key}, paths: [deps] }`,
    command: `mkdir deps; head -c 300000 /dev/urandom > deps/${key}`,
  });
  await run(SPRINT, "push", big("one"));
  const two = await run(SPRINT, "push", big("two"));
  await world.base.db
    .update(pipelineCaches)
    .set({ usedAt: sql`clearway_now() - interval '1 hour'` })
    .where(eq(pipelineCaches.key, "one"));
  const { run: row } = await world.read(two.runId);
  const definition = plannedJobs(PipelineDefinition.parse(row.definition)).jobs.build;
  if (!definition) throw new Error("there is no such job");
  const workDirectory = path.join(world.base.dataDir, "again");
  await mkdir(path.join(workDirectory, "deps"), { recursive: true });
  await writeFile(path.join(workDirectory, "deps", "x"), "x".repeat(1000));
  await saveCaches(world.ctx, { run: row, definition, workDirectory }, [], { maxRepositoryBytes: 200_000 });
  const left = await world.base.db.select({ key: pipelineCaches.key }).from(pipelineCaches);
  expect(left.map((one) => one.key)).toEqual(["two"]);
  expect(await archives()).toHaveLength(1);
  expect(await readFile(path.join(workDirectory, "deps", "x"), "utf8")).toHaveLength(1000);
});
