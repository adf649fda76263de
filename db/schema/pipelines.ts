import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { CacheNote } from "@/domain/pipelines/caches";
import { JOB_STATES, RUN_STATES, RUN_TRIGGERS } from "@/domain/pipelines/status";
import { components, products, repositories } from "./catalog";
import { createdAt, id, moment } from "./columns";
import { people } from "./people";

export const runStateEnum = pgEnum("run_state", RUN_STATES);
export const runTriggerEnum = pgEnum("run_trigger", RUN_TRIGGERS);
export const jobStateEnum = pgEnum("job_state", JOB_STATES);

/** The pipeline of one commit, as its own file declares it. One standing run per tree: a tree is built once. */
export const pipelineRuns = pgTable(
  "pipeline_runs",
  {
    id: id(),
    number: integer().notNull().unique().generatedAlwaysAsIdentity(),
    repositoryId: uuid()
      .notNull()
      .references(() => repositories.id, { onDelete: "restrict" }),
    productId: uuid()
      .notNull()
      .references(() => products.id, { onDelete: "restrict" }),
    ref: text().notNull(),
    commitSha: text().notNull(),
    treeOid: text().notNull(),
    trigger: runTriggerEnum().notNull(),
    state: runStateEnum().notNull().default("queued"),
    /** The parsed file (domain/pipelines/definition), null when it is invalid or missing. */
    definition: jsonb().$type<unknown>(),
    /** Why the run is invalid, was cancelled or interrupted, in words. */
    reason: text(),
    requestedById: uuid().references(() => people.id, { onDelete: "restrict" }),
    createdAt: createdAt(),
    startedAt: moment(),
    finishedAt: moment(),
  },
  (t) => [
    uniqueIndex("pipeline_runs_once_per_tree")
      .on(t.repositoryId, t.treeOid)
      .where(sql`${t.state} in ('queued', 'running', 'passed')`),
    index().on(t.repositoryId, t.commitSha),
    index().on(t.repositoryId, t.treeOid, t.number),
    index().on(t.productId, t.createdAt),
    index().on(t.requestedById),
  ],
);

/** One attempt at one job. A re-run is a new row with the next attempt. */
export const pipelineJobs = pgTable(
  "pipeline_jobs",
  {
    id: id(),
    runId: uuid()
      .notNull()
      .references(() => pipelineRuns.id, { onDelete: "restrict" }),
    key: text().notNull(),
    name: text().notNull(),
    position: integer().notNull(),
    attempt: integer().notNull().default(1),
    needs: text().array().notNull(),
    state: jobStateEnum().notNull().default("waiting"),
    exitCode: integer(),
    reason: text(),
    timeoutSeconds: integer().notNull(),
    /** The worker that watches it, and until when it is trusted to; another may adopt it afterwards. */
    workerId: uuid(),
    leaseUntil: moment(),
    logBytes: bigint({ mode: "number" }).notNull().default(0),
    /** What became of its caches, in the order of the file (domain/pipelines/caches). */
    caches: jsonb().$type<CacheNote[]>(),
    createdAt: createdAt(),
    queuedAt: moment(),
    startedAt: moment(),
    finishedAt: moment(),
  },
  (t) => [
    unique("pipeline_jobs_attempt").on(t.runId, t.key, t.attempt),
    index().on(t.leaseUntil),
    index("pipeline_jobs_open").on(t.state, t.queuedAt).where(sql`${t.state} in ('queued', 'running')`),
  ],
);

/** The log of a job in order, at most 10 MB a job. `offset` is the byte at which the chunk begins. */
export const jobLogChunks = pgTable(
  "job_log_chunks",
  {
    jobId: uuid()
      .notNull()
      .references(() => pipelineJobs.id, { onDelete: "cascade" }),
    byteOffset: bigint({ mode: "number" }).notNull(),
    content: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.jobId, t.byteOffset] })],
);

/**
 * A directory that a job kept for later ones, as an archive under the data directory's caches/. Who may read it is
 * decided by domain/pipelines/caches: never a run whose base has not taken in the tree that wrote it.
 */
export const pipelineCaches = pgTable(
  "pipeline_caches",
  {
    id: id(),
    repositoryId: uuid()
      .notNull()
      .references(() => repositories.id, { onDelete: "restrict" }),
    ref: text().notNull(),
    treeOid: text().notNull(),
    /** Written by a run of what its protected branch held, not of a candidate. */
    isReviewed: boolean().notNull(),
    key: text().notNull(),
    sha256: text().notNull(),
    sizeBytes: bigint({ mode: "number" }).notNull(),
    createdAt: createdAt(),
    usedAt: createdAt(),
  },
  (t) => [
    unique("pipeline_caches_entry").on(t.repositoryId, t.key, t.ref, t.treeOid),
    index().on(t.repositoryId, t.usedAt),
    index().on(t.sha256),
  ],
);

/** What a job kept: content-addressed by its SHA-256 under the data directory's artifacts/. */
export const artifacts = pgTable(
  "artifacts",
  {
    id: id(),
    runId: uuid()
      .notNull()
      .references(() => pipelineRuns.id, { onDelete: "restrict" }),
    jobId: uuid().references(() => pipelineJobs.id, { onDelete: "restrict" }),
    componentId: uuid().references(() => components.id, { onDelete: "restrict" }),
    componentKey: text().notNull(),
    path: text().notNull(),
    sha256: text().notNull(),
    sizeBytes: bigint({ mode: "number" }).notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    unique("artifacts_component").on(t.runId, t.componentKey, t.jobId),
    index().on(t.jobId),
    index().on(t.componentId),
    index().on(t.sha256),
  ],
);
