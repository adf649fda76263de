import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { and, eq, inArray } from "drizzle-orm";
import { artifacts, components, jobLogChunks, pipelineJobs, pipelineRuns } from "@/db/schema";
import { conflict, DomainError, invalid } from "@/domain/errors";
import type { PipelineDefinition } from "@/domain/pipelines/definition";
import { plannedJobs } from "@/domain/pipelines/planned-jobs";
import { ReportedRun, type ReportedRunInput } from "@/domain/pipelines/reported-run";
import { isStandingRun, type RunState } from "@/domain/pipelines/status";
import { type Change, change } from "../audit/change";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { type StoredArtifact, storeArtifact } from "../runner/artifacts";
import { artifactStore } from "./job-files";
import { readDefinition } from "./read-definition";
import {
  announceRun,
  findRunOfTree,
  latestJobs,
  lockRun,
  type RepositoryRow,
  type RunRow,
  readRepository,
} from "./rows";
import { endRun } from "./settle";
import { lockTree } from "./start";
import { keepReports, type ReadReports, readReports } from "./test-reports";

const CHUNK_BYTES = 64 * 1024;
const MAX_LOG_BYTES = 10 * 1024 * 1024;

type Kept = StoredArtifact & {
  componentKey: string;
  componentId: string;
  jobKey: string | null;
  path: string;
};

/**
 * Takes over a finished run that another system built. A run of this tree that was queued here and has not begun is
 * fulfilled by it. Throws INVALID for what does not fit the commit's own file or the catalogue, CONFLICT when the tree
 * is being built or has been.
 */
export async function recordRun(
  ctx: Context,
  input: ReportedRunInput,
): Promise<{ runId: string; number: number; state: RunState }> {
  const parsed = ReportedRun.safeParse(input);
  if (!parsed.success) throw invalid(parsed.error.issues[0]?.message ?? "The report is incomplete.");
  const report = parsed.data;
  const repository = await readRepository(ctx.db, report.repositoryId);
  demand(ctx.actor, "pipelines.run", repository, { noun: "repository", read: "repositories.read" });
  const definition = await definitionOf(ctx, repository, report);
  const kept = await keepArtifacts(ctx, repository, report, definition);
  const tests = new Map<string, ReadReports>();
  for (const { key, reports } of report.jobs) {
    if (reports.length > 0) tests.set(key, await readReports({ files: reports, problems: [] }));
  }
  return change(ctx, async (c) => {
    if (report.jobs.some((job) => job.finishedAt > c.now)) {
      throw invalid("A job of the report ends in the future.");
    }
    await lockTree(c, report);
    const run = await openRun(c, repository, report, definition);
    await writeJobs(c, run, report, definition, kept, tests);
    await endRun(c, run, report.state, report.reason ?? null);
    const finishedAt = latest(report.jobs.map((job) => job.finishedAt));
    await c.db.update(pipelineRuns).set({ finishedAt }).where(eq(pipelineRuns.id, run.id));
    return { runId: run.id, number: run.number, state: report.state };
  });
}

/** Null when the commit has no file: such a run has jobs, but nothing is known of health or schema. */
async function definitionOf(
  ctx: Context,
  repository: RepositoryRow,
  report: ReportedRun,
): Promise<PipelineDefinition | null> {
  const reading = await readDefinition(ctx, repository, report.commitSha);
  if (!reading.ok) {
    if (reading.isMissing) return null;
    throw new DomainError("PIPELINE_INVALID", `The commit's pipeline file is wrong: ${reading.reason}`);
  }
  const { components: declared } = reading.definition;
  const { jobs } = plannedJobs(reading.definition);
  const reported = new Set(report.jobs.map((job) => job.key));
  for (const key of reported) {
    if (!Object.hasOwn(jobs, key)) throw invalid(`The job "${key}" is not in the commit's pipeline file.`);
  }
  for (const key of Object.keys(jobs)) {
    if (!reported.has(key)) throw invalid(`The job "${key}" of the commit's pipeline file is not reported.`);
  }
  for (const { componentKey } of report.artifacts) {
    if (!Object.hasOwn(declared, componentKey)) {
      throw invalid(`The component "${componentKey}" is not in the commit's pipeline file.`);
    }
  }
  return reading.definition;
}

async function keepArtifacts(
  ctx: Context,
  repository: RepositoryRow,
  report: ReportedRun,
  definition: PipelineDefinition | null,
): Promise<Kept[]> {
  if (report.artifacts.length === 0) return [];
  const keys = report.artifacts.map((artifact) => artifact.componentKey);
  const known = await ctx.db
    .select({ id: components.id, key: components.key })
    .from(components)
    .where(and(eq(components.repositoryId, repository.id), inArray(components.key, keys)));
  const kept: Kept[] = [];
  for (const { componentKey, ...artifact } of report.artifacts) {
    const component = known.find(({ key }) => key === componentKey);
    if (!component) throw invalid(`${repository.name} has no component "${componentKey}".`);
    const declared = Object.entries(definition?.jobs ?? {}).flatMap(([jobKey, job]) =>
      job.artifacts
        .filter((one) => one.component === componentKey)
        .map((one) => ({ jobKey, path: one.path })),
    )[0];
    kept.push({
      componentKey,
      componentId: component.id,
      jobKey: artifact.jobKey ?? declared?.jobKey ?? null,
      path: artifact.path ?? declared?.path ?? componentKey,
      ...(await store(ctx, artifact)),
    });
  }
  return kept;
}

async function store(
  ctx: Context,
  { file, bytes }: { file?: string | undefined; bytes?: Uint8Array | undefined },
): Promise<StoredArtifact> {
  const directory = artifactStore(ctx);
  if (file !== undefined) return storeArtifact(directory, file);
  const draft = path.join(directory, "incoming", randomUUID());
  await mkdir(path.dirname(draft), { recursive: true });
  try {
    await writeFile(draft, bytes ?? new Uint8Array());
    return await storeArtifact(directory, draft);
  } finally {
    await rm(draft, { force: true });
  }
}

/** The run to fill: a new one, or the one that was queued here and of which nothing has begun. */
async function openRun(
  c: Change,
  repository: RepositoryRow,
  report: ReportedRun,
  definition: PipelineDefinition | null,
): Promise<RunRow> {
  const begin = (job: ReportedRun["jobs"][number]) => job.queuedAt ?? job.startedAt ?? job.finishedAt;
  const createdAt = earliest(report.jobs.map(begin));
  const startedAt = earliest(report.jobs.flatMap((job) => job.startedAt ?? []));
  const facts = { trigger: "external", state: "running", definition, startedAt } as const;
  const known = await findRunOfTree(c.db, repository.id, report.treeOid);
  if (!known || !isStandingRun(known.state)) {
    const { commitSha, treeOid, ref } = report;
    const place = { repositoryId: repository.id, productId: repository.productId };
    const [run] = await c.db
      .insert(pipelineRuns)
      .values({ ...place, ...facts, commitSha, treeOid, ref, createdAt: createdAt ?? c.now })
      .returning();
    if (!run) throw new Error("insert returned no row");
    return run;
  }
  const run = await lockRun(c.db, known.id);
  const jobs = await latestJobs(c.db, run.id);
  if (
    run.state !== "queued" ||
    jobs.some((job) => job.leaseUntil !== null || job.state !== (job.queuedAt ? "queued" : "waiting"))
  ) {
    throw conflict(`Run ${run.number} stands for this very tree already.`);
  }
  await c.db.delete(pipelineJobs).where(eq(pipelineJobs.runId, run.id));
  const [taken] = await c.db.update(pipelineRuns).set(facts).where(eq(pipelineRuns.id, run.id)).returning();
  return taken ?? run;
}

async function writeJobs(
  c: Change,
  run: RunRow,
  report: ReportedRun,
  definition: PipelineDefinition | null,
  kept: readonly Kept[],
  tests: ReadonlyMap<string, ReadReports>,
): Promise<void> {
  const ids = new Map<string, string>();
  const planned = definition === null ? null : plannedJobs(definition);
  for (const [position, job] of report.jobs.entries()) {
    const chunks = chunksOf(job.log ?? "");
    const [row] = await c.db
      .insert(pipelineJobs)
      .values({
        runId: run.id,
        key: job.key,
        name: job.name,
        position,
        needs: [...(planned?.jobs[job.key]?.needs ?? [])],
        state: job.state,
        exitCode: job.exitCode ?? null,
        reason: job.reason ?? null,
        timeoutSeconds: 0,
        logBytes: chunks.reduce((sum, chunk) => sum + Buffer.byteLength(chunk.content), 0),
        queuedAt: job.queuedAt,
        startedAt: job.startedAt,
        finishedAt: job.finishedAt,
        createdAt: job.queuedAt ?? job.finishedAt,
      })
      .returning({ id: pipelineJobs.id });
    if (!row) throw new Error("insert returned no row");
    ids.set(job.key, row.id);
    if (chunks.length > 0)
      await c.db.insert(jobLogChunks).values(chunks.map((chunk) => ({ jobId: row.id, ...chunk })));
    const read = tests.get(job.key);
    if (read) await keepReports(c, run, { id: row.id, key: job.key }, read);
  }
  if (kept.length > 0) {
    await c.db.insert(artifacts).values(
      kept.map(({ jobKey, ...artifact }) => ({
        ...artifact,
        runId: run.id,
        jobId: jobKey === null ? null : (ids.get(jobKey) ?? null),
        createdAt: c.now,
      })),
    );
  }
  announceRun(c, run);
}

/** The log cut between characters, each piece with the byte at which it begins. */
function chunksOf(log: string): { byteOffset: number; content: string }[] {
  const bytes = Buffer.from(log.replaceAll("\u0000", "\ufffd").toWellFormed()).subarray(0, MAX_LOG_BYTES);
  const chunks: { byteOffset: number; content: string }[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    let end = Math.min(offset + CHUNK_BYTES, bytes.length);
    while (end < bytes.length && ((bytes[end] ?? 0) & 0b1100_0000) === 0b1000_0000) end -= 1;
    chunks.push({ byteOffset: offset, content: bytes.toString("utf8", offset, end) });
    offset = end;
  }
  return chunks;
}

function earliest(times: readonly Date[]): Date | null {
  return times.reduce<Date | null>((first, time) => (first === null || time < first ? time : first), null);
}

function latest(times: readonly Date[]): Date | null {
  return times.reduce<Date | null>((last, time) => (last === null || time > last ? time : last), null);
}
