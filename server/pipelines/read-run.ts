import { and, asc, desc, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import {
  artifacts,
  commits,
  components,
  mergeCandidates,
  people,
  pipelineJobs,
  pipelineRuns,
  products,
  promotions,
  releases,
  repositories,
} from "@/db/schema";
import { notFound } from "@/domain/errors";
import { can, canSomewhere } from "@/domain/permissions";
import { criticalPath } from "@/domain/pipelines/critical-path";
import type { GetRun } from "@/domain/pipelines/input";
import { groupOf } from "@/domain/pipelines/planned-jobs";
import { isRerunnableJob, isRunOver, isStandingRun } from "@/domain/pipelines/status";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { testsOfJobs } from "./read-tests";
import { findRunOfTree, type JobRow } from "./rows";
import {
  branchOf,
  commitOfRun,
  commitWorkItem,
  firstJobStartedAt,
  times,
  waitsOf,
  workItemsOf,
} from "./run-facts";

/** A run with everything its page shows but the logs. Durations are milliseconds. */
export async function getRun(ctx: Context, { number }: GetRun) {
  const { db } = ctx;
  const [row] = await db
    .select({
      run: pipelineRuns,
      repository: { id: repositories.id, key: repositories.key, name: repositories.name },
      product: { id: products.id, key: products.key, name: products.name },
      requestedBy: people.name,
      subject: commits.subject,
      authorName: commits.authorName,
      committedAt: commits.committedAt,
      firstStartedAt: firstJobStartedAt,
      commitWorkItem,
    })
    .from(pipelineRuns)
    .innerJoin(repositories, eq(repositories.id, pipelineRuns.repositoryId))
    .innerJoin(products, eq(products.id, pipelineRuns.productId))
    .leftJoin(people, eq(people.id, pipelineRuns.requestedById))
    .leftJoin(commits, commitOfRun)
    .where(eq(pipelineRuns.number, number));
  if (!row) throw notFound("run");
  const { run } = row;
  demand(ctx.actor, "pipelines.read", run, { noun: "run", read: "pipelines.read" });
  const [attempts, usual, kept, purpose, release, standing, items, waits] = await Promise.all([
    db.select().from(pipelineJobs).where(eq(pipelineJobs.runId, run.id)).orderBy(pipelineJobs.position),
    usualDurations(db, run),
    artifactsOf(db, run.id),
    promotionsOf(db, run),
    releaseOf(db, run),
    findRunOfTree(db, run.repositoryId, run.treeOid),
    workItemsOf(ctx, [{ ...run, commitWorkItem: row.commitWorkItem }]),
    waitsOf(db, [run]),
  ]);
  const isFree = !standing || !isStandingRun(standing.state) || standing.id === run.id;
  const canRun = can(ctx.actor, "pipelines.run", run);
  const canRerun = canRun && isRunOver(run.state) && run.trigger !== "external" && isFree;
  const latest = latestOf(attempts);
  const tests = await testsOfJobs(
    db,
    latest.map((job) => job.id),
  );
  const jobs = latest.map((job) => ({
    ...shown(job),
    group: groupOf(job.key),
    caches: job.caches ?? [],
    tests: tests.summaries.find((one) => one.jobId === job.id) ?? null,
    key: job.key,
    name: job.name,
    needs: job.needs,
    exitCode: job.exitCode,
    timeoutSeconds: job.timeoutSeconds,
    p50Ms: usual.jobs.get(job.key) ?? null,
    canRerun: canRerun && isRerunnableJob(job.state),
    earlier: attempts
      .filter((one) => one.key === job.key && one.attempt < job.attempt)
      .toSorted((a, b) => b.attempt - a.attempt)
      .map(shown),
  }));
  const path = criticalPath(
    jobs.map((job) => ({ key: job.key, needs: job.needs, durationMs: job.durationMs ?? job.p50Ms })),
  );
  return {
    id: run.id,
    number: run.number,
    state: run.state,
    reason: run.reason,
    trigger: run.trigger,
    branch: branchOf(run.ref),
    commitSha: run.commitSha,
    treeOid: run.treeOid,
    subject: row.subject,
    authorName: row.authorName,
    committedAt: row.committedAt,
    repository: row.repository,
    product: row.product,
    requestedBy: row.requestedBy,
    ...times(run, row.firstStartedAt),
    p50Ms: usual.run,
    /** Of so many runs that passed is the usual duration the median. */
    usualOf: usual.runs,
    jobs,
    reports: tests.reports.map(({ jobId, ...report }) => ({
      ...report,
      jobName: latest.find((job) => job.id === jobId)?.name ?? "",
    })),
    criticalPath: path,
    artifacts: kept,
    workItem: items.get(run.id) ?? null,
    promotions: purpose,
    release,
    wait: waits.get(run.id) ?? null,
    canTurnRunnerOn: canSomewhere(ctx.actor, "settings.edit"),
    canStart: canRun,
    canCancel: canRun && !isRunOver(run.state),
    canRerun: canRerun && jobs.some((job) => job.canRerun),
  };
}

function shown(job: JobRow) {
  const between = (from: Date | null, to: Date | null) => (from && to ? to.getTime() - from.getTime() : null);
  return {
    id: job.id,
    attempt: job.attempt,
    state: job.state,
    reason: job.reason,
    logBytes: job.logBytes,
    queuedAt: job.queuedAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
    queueMs: between(job.queuedAt, job.startedAt),
    durationMs: between(job.startedAt, job.finishedAt),
  };
}

function latestOf(attempts: readonly JobRow[]): JobRow[] {
  return attempts.filter(
    (job) => !attempts.some((other) => other.key === job.key && other.attempt > job.attempt),
  );
}

type Place = { id: string; repositoryId: string; treeOid: string };

/** Medians over the last 30 other passed runs of the repository; runs in which something was tried again tell no time. */
async function usualDurations(db: Db, { id, repositoryId }: Place) {
  const recent = sql`(select r.id, r.started_at, r.finished_at from pipeline_runs r
    where r.repository_id = ${repositoryId}::uuid and r.state = 'passed' and r.id <> ${id}::uuid
      and not exists (select 1 from pipeline_jobs j where j.run_id = r.id and j.attempt > 1)
    order by r.number desc limit 30)`;
  const median = (from: string, to: string) =>
    sql.raw(
      `percentile_cont(0.5) within group (order by extract(epoch from ${to} - ${from}))::float8 * 1000 as p50`,
    );
  const { rows } = await db.execute<{ key: string | null; p50: number | null; n: number }>(sql`
    with recent as materialized ${recent}
    select null as key, ${median("started_at", "finished_at")}, count(*)::int as n from recent
    union all
    select j.key, ${median("j.started_at", "j.finished_at")}, count(*)::int
    from pipeline_jobs j join recent on recent.id = j.run_id
    where j.state = 'passed' group by j.key`);
  const rounded = rows.map(({ key, p50 }) => ({ key, p50: p50 === null ? null : Math.round(p50) }));
  return {
    run: rounded.find(({ key }) => key === null)?.p50 ?? null,
    runs: rows.find(({ key }) => key === null)?.n ?? 0,
    jobs: new Map(rounded.flatMap(({ key, p50 }) => (key === null || p50 === null ? [] : [[key, p50]]))),
  };
}

async function artifactsOf(db: Db, runId: string) {
  return db
    .select({
      id: artifacts.id,
      jobId: artifacts.jobId,
      componentKey: artifacts.componentKey,
      componentName: components.name,
      path: artifacts.path,
      sha256: artifacts.sha256,
      sizeBytes: artifacts.sizeBytes,
      createdAt: artifacts.createdAt,
    })
    .from(artifacts)
    .leftJoin(components, eq(components.id, artifacts.componentId))
    .where(eq(artifacts.runId, runId))
    .orderBy(asc(artifacts.componentKey), desc(artifacts.createdAt), asc(artifacts.id));
}

/** The promotions that would put this very tree on their target, newest first. */
async function promotionsOf(db: Db, { repositoryId, treeOid }: Place) {
  return db
    .selectDistinct({
      number: promotions.number,
      title: promotions.title,
      state: promotions.state,
      outcomeCode: promotions.outcomeCode,
    })
    .from(promotions)
    .innerJoin(mergeCandidates, eq(mergeCandidates.promotionId, promotions.id))
    .where(and(eq(promotions.repositoryId, repositoryId), eq(mergeCandidates.treeOid, treeOid)))
    .orderBy(desc(promotions.number))
    .limit(5);
}

async function releaseOf(db: Db, { repositoryId, treeOid }: Place) {
  const [release] = await db
    .select({ id: releases.id, version: releases.version, withdrawnAt: releases.withdrawnAt })
    .from(releases)
    .where(and(eq(releases.repositoryId, repositoryId), eq(releases.treeOid, treeOid)));
  return release ?? null;
}
