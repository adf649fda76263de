import { and, asc, eq, gte, lt } from "drizzle-orm";
import { jobLogChunks, pipelineJobs, pipelineRuns, repositories } from "@/db/schema";
import { notFound } from "@/domain/errors";
import type { SearchJobLog } from "@/domain/pipelines/input";
import { findLines } from "@/domain/text/find-lines";
import { plainLines } from "@/domain/text/terminal";
import { demand } from "../auth/scope";
import type { Context } from "../context";

const MAX_TOLD = 5000;
const CHUNKS_AT_ONCE = 50;

/** The lines of a job's log that hold the words, as far as the log is written: at most 5,000, and how many there are. */
export async function searchJobLog(ctx: Context, { jobId, words }: SearchJobLog) {
  const { job } = await demandLog(ctx, jobId);
  const pieces: string[] = [];
  for await (const text of piecesOf(ctx, job)) pieces.push(text);
  const found = findLines(plainLines(pieces.join("")), words);
  return { lines: found.slice(0, MAX_TOLD), total: found.length, logBytes: job.logBytes };
}

/** The whole log as it was written, piece by piece, for downloading. */
export async function openJobLog(
  ctx: Context,
  jobId: string,
): Promise<{ fileName: string; pieces: AsyncIterable<string> }> {
  const { job, run, repositoryKey } = await demandLog(ctx, jobId);
  const again = job.attempt > 1 ? `-attempt-${job.attempt}` : "";
  return { fileName: `${repositoryKey}-${run.number}-${job.key}${again}.log`, pieces: piecesOf(ctx, job) };
}

type Job = typeof pipelineJobs.$inferSelect;

async function demandLog(ctx: Context, jobId: string) {
  const [row] = await ctx.db
    .select({ job: pipelineJobs, run: pipelineRuns, repositoryKey: repositories.key })
    .from(pipelineJobs)
    .innerJoin(pipelineRuns, eq(pipelineRuns.id, pipelineJobs.runId))
    .innerJoin(repositories, eq(repositories.id, pipelineRuns.repositoryId))
    .where(eq(pipelineJobs.id, jobId));
  if (!row) throw notFound("job");
  demand(ctx.actor, "pipelines.read", row.run, { noun: "job", read: "pipelines.read" });
  return row;
}

async function* piecesOf(
  ctx: Context,
  { id, logBytes }: Pick<Job, "id" | "logBytes">,
): AsyncGenerator<string> {
  for (let from = 0; from < logBytes; ) {
    const chunks = await ctx.db
      .select({ offset: jobLogChunks.byteOffset, text: jobLogChunks.content })
      .from(jobLogChunks)
      .where(
        and(
          eq(jobLogChunks.jobId, id),
          gte(jobLogChunks.byteOffset, from),
          lt(jobLogChunks.byteOffset, logBytes),
        ),
      )
      .orderBy(asc(jobLogChunks.byteOffset))
      .limit(CHUNKS_AT_ONCE);
    for (const { text } of chunks) yield text;
    const last = chunks.at(-1);
    if (!last || chunks.length < CHUNKS_AT_ONCE) return;
    from = last.offset + 1;
  }
}
