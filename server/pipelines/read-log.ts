import { and, asc, eq, gte, lt } from "drizzle-orm";
import { artifacts, jobLogChunks, pipelineJobs, pipelineRuns } from "@/db/schema";
import { notFound } from "@/domain/errors";
import type { ReadJobLog } from "@/domain/pipelines/input";
import { isJobOver } from "@/domain/pipelines/status";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { type OpenedArtifact, openArtifact } from "../runner/artifacts";
import { artifactStore } from "./job-files";

const MAX_ANSWER_BYTES = 256 * 1024;
/** One chunk has at most 64 KiB of the log; broken bytes grow threefold when they are made safe. */
const MAX_CHUNKS = 200;

/**
 * The log from a byte offset on, at most 256 kB. `nextOffset` is where to go on; `isOver` says that nothing follows it
 * ever. Offsets count the bytes that the job wrote.
 */
export async function readJobLog(ctx: Context, { jobId, offset }: ReadJobLog) {
  const [job] = await ctx.db
    .select({
      state: pipelineJobs.state,
      logBytes: pipelineJobs.logBytes,
      leaseUntil: pipelineJobs.leaseUntil,
      productId: pipelineRuns.productId,
    })
    .from(pipelineJobs)
    .innerJoin(pipelineRuns, eq(pipelineRuns.id, pipelineJobs.runId))
    .where(eq(pipelineJobs.id, jobId));
  if (!job) throw notFound("job");
  demand(ctx.actor, "pipelines.read", job, { noun: "job", read: "pipelines.read" });
  const stored = await ctx.db
    .select({ offset: jobLogChunks.byteOffset, text: jobLogChunks.content })
    .from(jobLogChunks)
    .where(
      and(
        eq(jobLogChunks.jobId, jobId),
        gte(jobLogChunks.byteOffset, offset),
        // What was written after the job's row was read comes with the next answer.
        lt(jobLogChunks.byteOffset, job.logBytes),
      ),
    )
    .orderBy(asc(jobLogChunks.byteOffset))
    .limit(MAX_CHUNKS + 1);
  let size = 0;
  const fitting = stored.slice(0, MAX_CHUNKS).findIndex(({ text }) => {
    size += Buffer.byteLength(text);
    return size > MAX_ANSWER_BYTES;
  });
  const chunks = stored.slice(0, fitting === -1 ? MAX_CHUNKS : Math.max(1, fitting));
  const nextOffset = stored[chunks.length]?.offset ?? Math.max(offset, job.logBytes);
  // While somebody still holds a job that was called off, its last lines may come.
  const isOver = isJobOver(job.state) && job.leaseUntil === null && nextOffset >= job.logBytes;
  return { chunks, nextOffset, logBytes: job.logBytes, state: job.state, isOver };
}

/** A kept artifact for downloading, if the actor may see its run. */
export async function openRunArtifact(
  ctx: Context,
  artifactId: string,
): Promise<{ fileName: string; opened: OpenedArtifact }> {
  const [artifact] = await ctx.db
    .select({
      sha256: artifacts.sha256,
      path: artifacts.path,
      productId: pipelineRuns.productId,
    })
    .from(artifacts)
    .innerJoin(pipelineRuns, eq(pipelineRuns.id, artifacts.runId))
    .where(eq(artifacts.id, artifactId));
  if (!artifact) throw notFound("artifact");
  demand(ctx.actor, "pipelines.read", artifact, { noun: "artifact", read: "pipelines.read" });
  const opened = await openArtifact(artifactStore(ctx), artifact.sha256);
  return { fileName: artifact.path.split("/").at(-1) ?? "artifact", opened };
}
