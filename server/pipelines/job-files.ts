import { execFile } from "node:child_process";
import { chmod, copyFile, lstat, mkdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { and, eq, inArray } from "drizzle-orm";
import { artifacts, pipelineJobs } from "@/db/schema";
import { DomainError } from "@/domain/errors";
import { parseSha } from "@/domain/git/sha";
import type { Context } from "../context";
import { checkoutTree } from "../git/files";
import { repositoryDirectory } from "../repositories/location";
import { openArtifact } from "../runner/artifacts";
import { writeStop } from "../runner/control";
import { killJob } from "../runner/kill-job";
import { controlDirectoryOf, jobsDirectory, workDirectoryOf } from "../runner/start-job";
import type { JobRow, RepositoryRow, RunRow } from "./rows";

const run = promisify(execFile);

export function artifactStore(ctx: Pick<Context, "dataDir">): string {
  return path.join(/*turbopackIgnore: true*/ ctx.dataDir, "artifacts");
}

/** The job's own directory: checkout, control files, home. */
export async function jobDirectory(ctx: Pick<Context, "dataDir">, jobId: string): Promise<string> {
  return path.join(await jobsDirectory(ctx.dataDir), jobId);
}

/** Where a job finds what the jobs it needs have kept, one file per component. */
export function neededArtifactsOf(directory: string): string {
  return path.join(directory, "needs");
}

/** Has the job been prepared to the point at which it begins? */
export async function hasControl(directory: string): Promise<boolean> {
  return (await stat(path.join(controlDirectoryOf(directory), "job.json")).catch(() => null)) !== null;
}

/** A fresh directory with the exact commit, and what the needed jobs kept. */
export async function prepareDirectory(
  ctx: Context,
  directory: string,
  facts: { job: JobRow; run: RunRow; repository: RepositoryRow },
): Promise<void> {
  await removeDirectory(directory);
  await mkdir(path.dirname(directory), { recursive: true });
  await demandOwn(path.dirname(directory));
  await mkdir(directory);
  const bare = repositoryDirectory(ctx, facts.repository);
  await checkoutTree(bare, parseSha(facts.run.commitSha), workDirectoryOf(directory));
  const kept = facts.job.needs.length === 0 ? [] : await keptBy(ctx, facts.run, facts.job.needs);
  // Beside the checkout, not in it: a repository may hold a link of that name that leads elsewhere.
  const needed = neededArtifactsOf(directory);
  await mkdir(needed, { recursive: true });
  await chmod(needed, 0o755);
  for (const { componentKey, sha256 } of kept) {
    const { file } = await openArtifact(artifactStore(ctx), sha256);
    const copy = path.join(needed, componentKey);
    await copyFile(file, copy);
    await chmod(copy, 0o444);
  }
}

/** The directory of all jobs may lie where others may write, under a name they can guess. */
async function demandOwn(directory: string): Promise<void> {
  const facts = await lstat(directory);
  if (facts.isDirectory() && (process.getuid === undefined || facts.uid === process.getuid())) return;
  throw new DomainError(
    "UNAVAILABLE",
    `${directory} belongs to somebody else. Remove it, then run the job again.`,
  );
}

async function keptBy(ctx: Context, { id }: RunRow, jobKeys: readonly string[]) {
  return ctx.db
    .select({ componentKey: artifacts.componentKey, sha256: artifacts.sha256 })
    .from(artifacts)
    .innerJoin(pipelineJobs, eq(pipelineJobs.id, artifacts.jobId))
    .where(
      and(eq(artifacts.runId, id), eq(pipelineJobs.state, "passed"), inArray(pipelineJobs.key, [...jobKeys])),
    )
    .orderBy(pipelineJobs.attempt);
}

/** Ends what is left of a job that nobody wants any more, and removes its directory. */
export async function discardJob(directory: string): Promise<void> {
  if (await hasControl(directory)) await killJob(controlDirectoryOf(directory), { reason: "cancelled" });
  await removeDirectory(directory);
}

/** Whoever watches the job sees it within a moment and ends it. Nothing when it has not begun or is gone. */
export async function askToStop(ctx: Pick<Context, "dataDir">, jobId: string): Promise<void> {
  const directory = await jobDirectory(ctx, jobId);
  await writeStop(controlDirectoryOf(directory), "cancelled").catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  });
}

export async function removeDirectory(directory: string): Promise<void> {
  const remove = () => rm(directory, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  try {
    await remove();
  } catch {
    // A build may leave folders that not even their owner may write to.
    await run("chmod", ["-R", "u+rwX", "--", directory]).catch(() => undefined);
    await remove();
  }
}
