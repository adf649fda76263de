import {
  boolean,
  index,
  integer,
  pgEnum,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { TEST_OUTCOMES } from "@/domain/pipelines/test-results";
import { pipelineJobs, pipelineRuns } from "./pipelines";

export const testOutcomeEnum = pgEnum("test_outcome", TEST_OUTCOMES);

/** What the JUnit files of one attempt at a job say together, counted when they were read. */
export const testSummaries = pgTable(
  "test_summaries",
  {
    jobId: uuid()
      .primaryKey()
      .references(() => pipelineJobs.id, { onDelete: "cascade" }),
    passed: integer().notNull(),
    failed: integer().notNull(),
    skipped: integer().notNull(),
    newFailures: integer().notNull(),
    flaky: integer().notNull(),
    durationMs: integer().notNull(),
    /** The earlier run of the branch that "new" compares with; null when there was none. */
    comparedRunId: uuid().references(() => pipelineRuns.id, { onDelete: "restrict" }),
  },
  (t) => [index().on(t.comparedRunId)],
);

/** The files of which the results come; a problem says why one could not be read, or not to its end. */
export const testReports = pgTable(
  "test_reports",
  {
    jobId: uuid()
      .notNull()
      .references(() => pipelineJobs.id, { onDelete: "cascade" }),
    position: integer().notNull(),
    path: text().notNull(),
    cases: integer().notNull(),
    problem: text(),
  },
  (t) => [primaryKey({ columns: [t.jobId, t.position] })],
);

/** One test case of one attempt at a job. */
export const testResults = pgTable(
  "test_results",
  {
    jobId: uuid()
      .notNull()
      .references(() => pipelineJobs.id, { onDelete: "cascade" }),
    position: integer().notNull(),
    /** SHA-256 of suite, name and which of its namesakes: the same test in every run. */
    identity: text().notNull(),
    suite: text().notNull(),
    name: text().notNull(),
    file: text(),
    outcome: testOutcomeEnum().notNull(),
    durationMs: integer(),
    message: text(),
    details: text(),
    isNewFailure: boolean().notNull(),
    isFlaky: boolean().notNull(),
    /** Its place on the tests tab (domain/pipelines/test-results). */
    rank: smallint().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.jobId, t.position] }),
    uniqueIndex("test_results_identity").on(t.jobId, t.identity),
    index().on(t.jobId, t.rank, t.position),
  ],
);
