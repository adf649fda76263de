import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { testReports, testSummaries } from "@/db/schema";
import {
  hasFailed,
  MAX_TEST_CASES,
  rankOf,
  TEST_OUTCOMES,
  type TestCase,
} from "@/domain/pipelines/test-results";
import type { Change } from "../audit/change";
import { JailError, parseInJail } from "../jail/jail";
import type { CollectedReports } from "../runner/reports";
import type { JobRow, RunRow } from "./rows";
import { type IdentifiedCase, judgeCases } from "./test-history";

export type ReadReports = {
  readonly reports: readonly {
    readonly path: string;
    readonly cases: number;
    readonly problem: string | null;
  }[];
  readonly cases: readonly IdentifiedCase[];
};

/** All files of a job together are read for so long; what is left then says so. */
const ALL_FILES_MS = 30_000;
const MAX_PROBLEMS = 100;
const ROWS_AT_ONCE = 2000;

const Text = z.string().max(10_000);
const Reading = z.object({
  cases: z
    .array(
      z.object({
        suite: Text,
        name: Text,
        file: Text.nullable(),
        outcome: z.enum(TEST_OUTCOMES),
        durationMs: z.int().min(0).nullable(),
        message: Text.nullable(),
        details: Text.nullable(),
        isRetried: z.boolean(),
      }),
    )
    .max(MAX_TEST_CASES),
  problem: Text.nullable(),
});

/** Parses what a job left as its reports, each file in the jail. A file that cannot be read is told, never thrown. */
export async function readReports(collected: CollectedReports): Promise<ReadReports> {
  const cases: TestCase[] = [];
  const reports: { path: string; cases: number; problem: string | null }[] = [];
  const begun = Date.now();
  for (const { path, bytes } of collected.files) {
    const limit = MAX_TEST_CASES - cases.length;
    const { cases: more, problem } =
      limit <= 0
        ? nothing(`The job has more than ${MAX_TEST_CASES} tests; these are not kept.`)
        : Date.now() - begun > ALL_FILES_MS
          ? nothing("The files before it took too long to read; it was left out.")
          : await readFile(bytes, limit);
    cases.push(...more);
    reports.push({ path, cases: more.length, problem });
  }
  for (const { path, problem } of collected.problems.slice(0, MAX_PROBLEMS)) {
    reports.push({ path, cases: 0, problem });
  }
  return { reports, cases: identified(cases) };
}

const nothing = (problem: string) => ({ cases: [], problem });

async function readFile(bytes: Uint8Array, limit: number) {
  try {
    return Reading.parse(await parseInJail("junit", bytes, { limit }));
  } catch (error) {
    if (error instanceof JailError) return nothing(`It ${error.message}`);
    throw error;
  }
}

/** Namesakes within a job are told apart by their order. */
function identified(cases: readonly TestCase[]): IdentifiedCase[] {
  const seen = new Map<string, number>();
  return cases.map((one) => {
    const name = `${one.suite}\0${one.name}`;
    const turn = seen.get(name) ?? 0;
    seen.set(name, turn + 1);
    return { ...one, identity: createHash("sha256").update(`${name}\0${turn}`).digest("hex") };
  });
}

/** Judges the results against the branch's history and writes them, with the job's ending. */
export async function keepReports(
  c: Change,
  run: RunRow,
  job: Pick<JobRow, "id" | "key">,
  read: ReadReports,
): Promise<void> {
  if (read.reports.length === 0) return;
  await c.db
    .insert(testReports)
    .values(read.reports.map((report, position) => ({ jobId: job.id, position, ...report })));
  if (read.cases.length === 0) return;
  const { cases, comparedRunId } = await judgeCases(c.db, run, job, read.cases);
  const count = (is: (one: (typeof cases)[number]) => boolean) => cases.filter(is).length;
  const failed = count((one) => hasFailed(one.outcome));
  const skipped = count((one) => one.outcome === "skipped");
  const durationMs = cases.reduce((sum, one) => sum + (one.durationMs ?? 0), 0);
  await c.db.insert(testSummaries).values({
    jobId: job.id,
    failed,
    skipped,
    passed: cases.length - failed - skipped,
    newFailures: count((one) => one.isNewFailure),
    flaky: count((one) => one.isFlaky),
    durationMs: Math.min(durationMs, 2_147_483_647),
    comparedRunId,
  });
  for (let from = 0; from < cases.length; from += ROWS_AT_ONCE) {
    const rows = cases.slice(from, from + ROWS_AT_ONCE).map(({ isRetried: _, ...one }, index) => ({
      ...one,
      position: from + index,
      rank: rankOf(one.outcome, one),
    }));
    // One parameter instead of one for each value: thousands of rows are one statement.
    await c.db.execute(sql`
      insert into test_results (job_id, position, identity, suite, name, file, outcome, duration_ms, message, details,
        is_new_failure, is_flaky, rank)
      select ${job.id}::uuid, position, identity, suite, name, file, outcome::test_outcome, "durationMs", message,
        details, "isNewFailure", "isFlaky", rank
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as t(position int, identity text, suite text, name text,
        file text, outcome text, "durationMs" int, message text, details text, "isNewFailure" boolean,
        "isFlaky" boolean, rank smallint)`);
  }
}
