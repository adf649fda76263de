import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import {
  FLAKY_WINDOW,
  hasFailed,
  judgeTest,
  type TestCase,
  type TestOutcome,
  type TestVerdict,
} from "@/domain/pipelines/test-results";
import type { JobRow, RunRow } from "./rows";

export type IdentifiedCase = TestCase & { readonly identity: string };
export type JudgedCase = IdentifiedCase & TestVerdict;

/** Runs of the branch that are looked through for earlier results of the job. */
const LOOK_BACK = 50;

/** Each case with its verdict, and the run that "new" compares with. `job` is the one whose results these are. */
export async function judgeCases(
  db: Db,
  run: Pick<RunRow, "repositoryId" | "ref" | "treeOid" | "number">,
  job: Pick<JobRow, "id" | "key">,
  cases: readonly IdentifiedCase[],
): Promise<{ cases: JudgedCase[]; comparedRunId: string | null }> {
  const [before, ofTree] = await Promise.all([earlierJobs(db, run, job), jobsOfTree(db, run, job)]);
  const known = await outcomesOf(db, [...before.map((one) => one.jobId), ...ofTree], cases);
  const judged = cases.map((one) => {
    const history = {
      sameTree: ofTree.flatMap((jobId) => known(jobId, one.identity) ?? []),
      before: before.map(({ jobId }) => known(jobId, one.identity)),
    };
    return { ...one, ...judgeTest(one, history) };
  });
  return { cases: judged, comparedRunId: before[0]?.runId ?? null };
}

/** The last attempt at the same job in each earlier run of the branch that told results, newest first. */
export async function earlierJobs(
  db: Db,
  run: Pick<RunRow, "repositoryId" | "ref" | "number">,
  { key }: Pick<JobRow, "key">,
): Promise<{ runId: string; number: number; jobId: string }[]> {
  const { rows } = await db.execute<{ run_id: string; number: number; job_id: string }>(sql`
    select distinct on (r.number) r.id as run_id, r.number, j.id as job_id
    from (select id, number from pipeline_runs
      where repository_id = ${run.repositoryId}::uuid and ref = ${run.ref} and number < ${run.number}
      order by number desc limit ${LOOK_BACK}) r
    join pipeline_jobs j on j.run_id = r.id and j.key = ${key}
    join test_summaries s on s.job_id = j.id
    order by r.number desc, j.attempt desc limit ${FLAKY_WINDOW}`);
  return rows.map((row) => ({ runId: row.run_id, number: row.number, jobId: row.job_id }));
}

/** Other attempts at the same job, and other runs of it, for the very same tree. */
async function jobsOfTree(
  db: Db,
  run: Pick<RunRow, "repositoryId" | "treeOid">,
  { id, key }: Pick<JobRow, "id" | "key">,
): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select j.id from pipeline_runs r
    join pipeline_jobs j on j.run_id = r.id and j.key = ${key} and j.id <> ${id}::uuid
    join test_summaries s on s.job_id = j.id
    where r.repository_id = ${run.repositoryId}::uuid and r.tree_oid = ${run.treeOid}
    order by j.created_at desc limit ${FLAKY_WINDOW}`);
  return rows.map((row) => row.id);
}

/**
 * What each job told of each case. Only what failed now or in one of the jobs is read: of the rest there is nothing
 * to judge, so its history is as good as empty.
 */
async function outcomesOf(
  db: Db,
  jobIds: readonly string[],
  cases: readonly IdentifiedCase[],
): Promise<(jobId: string, identity: string) => TestOutcome | null> {
  if (jobIds.length === 0) return () => null;
  const jobs = sql`array[${sql.join(
    [...new Set(jobIds)].map((id) => sql`${id}::uuid`),
    sql`, `,
  )}]`;
  const failing = cases.filter((one) => hasFailed(one.outcome)).map((one) => one.identity);
  const { rows } = await db.execute<{ job_id: string; identity: string; outcome: TestOutcome }>(sql`
    select job_id, identity, outcome from test_results where job_id = any(${jobs}) and identity in (
      select jsonb_array_elements_text(${JSON.stringify(failing)}::jsonb)
      union select identity from test_results where job_id = any(${jobs}) and rank < 2)`);
  const known = new Map(rows.map((row) => [`${row.job_id} ${row.identity}`, row.outcome]));
  return (jobId, identity) => known.get(`${jobId} ${identity}`) ?? null;
}
