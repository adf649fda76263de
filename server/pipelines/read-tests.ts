import { and, asc, eq, ilike, inArray, or, type SQL, sql } from "drizzle-orm";
import { type AnyPgColumn, alias } from "drizzle-orm/pg-core";
import type { Db } from "@/db/client";
import { pipelineJobs, pipelineRuns, testReports, testResults, testSummaries } from "@/db/schema";
import { notFound } from "@/domain/errors";
import type { GetTest, ListTests } from "@/domain/pipelines/input";
import { TEST_RANKS, type TestView } from "@/domain/pipelines/test-results";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { latestJobs } from "./rows";
import { earlierJobs } from "./test-history";

const READ = { noun: "run", read: "pipelines.read" } as const;

/** The tests of a run's last attempts: new failures, failures, flaky ones, the rest; in each the order of the files. */
export async function listTests(ctx: Context, { number, view, words, after, limit }: ListTests) {
  const [run] = await ctx.db.select().from(pipelineRuns).where(eq(pipelineRuns.number, number));
  if (!run) throw notFound("run");
  demand(ctx.actor, "pipelines.read", run, READ);
  const jobs = await latestJobs(ctx.db, run.id);
  const jobIds = jobs.map((job) => job.id);
  if (jobIds.length === 0) return { tests: [], next: null };
  const conditions: (SQL | undefined)[] = [inArray(testResults.jobId, jobIds), VIEWS[view]];
  if (words) {
    const like = `%${words.replaceAll(/[\\%_]/g, "\\$&")}%`;
    const holds = (column: AnyPgColumn) => ilike(column, like);
    conditions.push(or(holds(testResults.name), holds(testResults.suite), holds(testResults.file)));
  }
  const place = sql`(${testResults.rank}, ${pipelineJobs.position}, ${testResults.position})`;
  if (after) {
    const [rank = 0, job = 0, position = 0] = after.split(".").map(Number);
    conditions.push(sql`${place} > (${rank}::int, ${job}::int, ${position}::int)`);
  }
  const rows = await ctx.db
    .select({
      jobId: testResults.jobId,
      jobName: pipelineJobs.name,
      jobPosition: pipelineJobs.position,
      position: testResults.position,
      rank: testResults.rank,
      suite: testResults.suite,
      name: testResults.name,
      file: testResults.file,
      outcome: testResults.outcome,
      durationMs: testResults.durationMs,
      message: testResults.message,
      isNewFailure: testResults.isNewFailure,
      isFlaky: testResults.isFlaky,
    })
    .from(testResults)
    .innerJoin(pipelineJobs, eq(pipelineJobs.id, testResults.jobId))
    .where(and(...conditions))
    .orderBy(asc(testResults.rank), asc(pipelineJobs.position), asc(testResults.position))
    .limit(limit + 1);
  const tests = rows.slice(0, limit);
  const last = tests.at(-1);
  const next = rows.length > limit && last ? `${last.rank}.${last.jobPosition}.${last.position}` : null;
  return { tests: tests.map(({ rank: _, jobPosition: __, ...test }) => test), next };
}

const VIEWS: Record<TestView, SQL | undefined> = {
  all: undefined,
  new: eq(testResults.rank, TEST_RANKS.newFailure),
  failed: inArray(testResults.rank, [TEST_RANKS.newFailure, TEST_RANKS.failure]),
  flaky: eq(testResults.isFlaky, true),
  skipped: eq(testResults.outcome, "skipped"),
};

/** What one test said, and what became of it in the runs of the branch before, newest first. */
export async function getTest(ctx: Context, { jobId, position }: GetTest) {
  const [row] = await ctx.db
    .select({ run: pipelineRuns, job: pipelineJobs, test: testResults })
    .from(testResults)
    .innerJoin(pipelineJobs, eq(pipelineJobs.id, testResults.jobId))
    .innerJoin(pipelineRuns, eq(pipelineRuns.id, pipelineJobs.runId))
    .where(and(eq(testResults.jobId, jobId), eq(testResults.position, position)));
  if (!row) throw notFound("test");
  const { run, job, test } = row;
  demand(ctx.actor, "pipelines.read", run, { noun: "test", read: "pipelines.read" });
  const before = await earlierJobs(ctx.db, run, job);
  const told = before.length === 0 ? [] : await outcomesIn(ctx.db, before, test.identity);
  return {
    message: test.message,
    details: test.details,
    before: before.map(({ number, jobId: id }) => ({
      number,
      outcome: told.find((one) => one.jobId === id)?.outcome ?? null,
    })),
  };
}

async function outcomesIn(db: Db, jobs: readonly { jobId: string }[], identity: string) {
  const ids = jobs.map((job) => job.jobId);
  return db
    .select({ jobId: testResults.jobId, outcome: testResults.outcome })
    .from(testResults)
    .where(and(inArray(testResults.jobId, ids), eq(testResults.identity, identity)));
}

/** What the reports of these jobs say, counted; by job id. */
export async function testsOfJobs(db: Db, jobIds: readonly string[]) {
  if (jobIds.length === 0) return { summaries: [], reports: [] };
  const compared = alias(pipelineRuns, "compared");
  const [summaries, reports] = await Promise.all([
    db
      .select({
        jobId: testSummaries.jobId,
        passed: testSummaries.passed,
        failed: testSummaries.failed,
        skipped: testSummaries.skipped,
        newFailures: testSummaries.newFailures,
        flaky: testSummaries.flaky,
        durationMs: testSummaries.durationMs,
        comparedWith: compared.number,
      })
      .from(testSummaries)
      .leftJoin(compared, eq(compared.id, testSummaries.comparedRunId))
      .where(inArray(testSummaries.jobId, [...jobIds])),
    db
      .select({
        jobId: testReports.jobId,
        path: testReports.path,
        cases: testReports.cases,
        problem: testReports.problem,
      })
      .from(testReports)
      .where(inArray(testReports.jobId, [...jobIds]))
      .orderBy(testReports.jobId, testReports.position),
  ]);
  return { summaries, reports };
}
