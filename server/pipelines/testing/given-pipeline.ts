import { randomUUID } from "node:crypto";
import { chmod } from "node:fs/promises";
import path from "node:path";
import { eq, sql } from "drizzle-orm";
import { pipelineJobs, pipelineRuns } from "@/db/schema";
import {
  givenComponent,
  givenGrant,
  givenInstallation,
  givenPerson,
  givenProduct,
  givenRepository,
} from "@/db/testing/given";
import { createTestContext } from "@/db/testing/test-context";
import type { Sha } from "@/domain/git/sha";
import { type Actor, type PersonActor, systemActor } from "@/domain/people/actor";
import type { RunTrigger } from "@/domain/pipelines/status";
import type { Context } from "@/server/context";
import { readCommits } from "@/server/git/commits";
import { createBareRepository } from "@/server/git/repository";
import { givenCommit } from "@/server/git/testing/given-repository";
import { repositoryDirectory } from "@/server/repositories/location";
import { advanceRun } from "../advance";
import { runJob } from "../job";
import { type EnsureRunInput, ensureRun } from "../start";

export type PipelineWorld = Awaited<ReturnType<typeof givenPipelines>>;

/** A real bare repository, a database, and hands that do what is in the queue when they are told to. */
export async function givenPipelines(
  installation: { isRunnerEnabled?: boolean; isDemonstration?: boolean } = {},
) {
  const base = await createTestContext<Actor>(systemActor("test"));
  await chmod(base.dataDir, 0o755);
  const ctx: Context = base;
  await givenInstallation(base.db, installation);
  const product = await givenProduct(base.db);
  const repository = await givenRepository(base.db, product.id);
  const component = await givenComponent(base.db, repository, { key: "api" });
  const bare = repositoryDirectory(ctx, repository);
  await createBareRepository(bare);
  const person = await givenPerson(base.db, { name: "Asha Rai" });
  await givenGrant(base.db, person.id, "developer", { kind: "product", id: product.id });
  const asha: PersonActor = {
    kind: "person",
    personId: person.id,
    name: person.name,
    email: person.email,
    grants: [{ role: "developer", scope: { kind: "product", id: product.id } }],
  };
  let at = 1_770_000_000;

  /** A commit with this pipeline file (null: none), on a branch. */
  const commit = async (
    file: string | null,
    files: Record<string, string> = {},
    ref = "refs/heads/master",
  ): Promise<Omit<EnsureRunInput, "trigger" | "requestedById">> => {
    at += 60;
    const own: Record<string, string> = file === null ? {} : { ".clearway/pipeline.yaml": file };
    const sha: Sha = await givenCommit(bare, { ref, at, files: { "README.md": "x", ...files, ...own } });
    const [known] = await readCommits(bare, { include: [sha], exclude: [], limit: 1 });
    if (!known) throw new Error("the commit cannot be read");
    return { repositoryId: repository.id, commitSha: sha, treeOid: known.tree, ref };
  };

  const start = async (
    file: string | null,
    files: Record<string, string> = {},
    trigger: RunTrigger = "push",
  ) => {
    const input = { ...(await commit(file, files)), trigger, requestedById: null };
    return { ...(await ensureRun(ctx, input)), input };
  };

  /** Takes what is in the queue for pipelines, until nothing is left. Other tasks stay in `jobs`. */
  const work = async (worker = { seconds: 30, signal: new AbortController().signal }): Promise<void> => {
    for (;;) {
      const index = base.jobs.findIndex((job) => job.task.startsWith("pipelines."));
      const [task] = index < 0 ? [] : base.jobs.splice(index, 1);
      if (!task) return;
      if (task.task === "pipelines.advance") await advanceRun(ctx, task.payload.runId ?? "");
      else await runJob(ctx, task.payload.jobId ?? "", worker);
    }
  };

  const read = async (runId: string) => {
    const [run] = await base.db.select().from(pipelineRuns).where(eq(pipelineRuns.id, runId));
    if (!run) throw new Error("there is no such run");
    const jobs = await base.db
      .select()
      .from(pipelineJobs)
      .where(eq(pipelineJobs.runId, runId))
      .orderBy(pipelineJobs.position, pipelineJobs.attempt);
    return {
      run,
      jobs,
      states: Object.fromEntries(jobs.map((job) => [`${job.key}.${job.attempt}`, job.state])),
    };
  };

  /** As if nobody had renewed the lease in time. Nor does its holder, should it live, before another claims it. */
  const expireLease = (jobId: string) =>
    base.db
      .update(pipelineJobs)
      .set({ workerId: randomUUID(), leaseUntil: sql`clearway_now() - interval '1 second'` })
      .where(eq(pipelineJobs.id, jobId));

  return {
    base,
    ctx,
    as: (actor: Actor): Context => ({ ...ctx, actor }),
    asha,
    product,
    repository,
    component,
    bare,
    store: path.join(base.dataDir, "artifacts"),
    commit,
    start,
    work,
    read,
    expireLease,
    stop: base.stop,
  };
}
