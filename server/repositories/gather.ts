import { and, eq, inArray, or, sql } from "drizzle-orm";
import { commits, pullRequests, type repositories } from "@/db/schema";
import type { GitCommit } from "@/domain/git/commit";
import { parseSha, type Sha } from "@/domain/git/sha";
import type { Context } from "../context";
import { readCommits } from "../git/commits";
import { GitError } from "../git/error";
import { aheadBehind, mergeBase } from "../git/history";
import type { GitBranch } from "../git/refs";
import type { BranchToWrite, KnownBranch, ReadingPlan } from "./plan-reading";

type Repository = typeof repositories.$inferSelect;
export type HeadCommit = { treeOid: string; committedAt: Date; subject: string; authorName: string };
export type MeasuredBranch = BranchToWrite & {
  ahead: number | null;
  behind: number | null;
  head: HeadCommit;
};
export type MovedPullRequest = {
  id: string;
  number: number;
  title: string;
  before: { headSha: string; baseSha: string };
  after: { headSha: string; baseSha: string };
};

/** Commits written down in one reading; of a longer history the oldest are left out. */
const MAX_NEW_COMMITS = 5_000;
const AT_ONCE = 8;

/** The commits that no known branch had, newest first. */
export async function newCommits(
  directory: string,
  plan: ReadingPlan,
  known: readonly KnownBranch[],
  heads: readonly GitBranch[],
): Promise<GitCommit[]> {
  const include = [...new Set(plan.write.filter((one) => one.isMoved).map((one) => one.sha))];
  const limit = MAX_NEW_COMMITS;
  const exclude = known.map((row) => parseSha(row.headSha));
  try {
    return await readCommits(directory, { include, exclude, limit });
  } catch (error) {
    if (!(error instanceof GitError) || error.code !== "failed") throw error;
    // A head that was forced away and pruned cannot be excluded any more; those that still stand can.
    const standing = new Set(heads.map((head) => head.sha));
    return readCommits(directory, { include, exclude: exclude.filter((sha) => standing.has(sha)), limit });
  }
}

export async function measure(
  ctx: Context,
  directory: string,
  repository: Repository,
  plan: ReadingPlan,
  fresh: readonly GitCommit[],
): Promise<MeasuredBranch[]> {
  const known = await headCommits(ctx, directory, repository.id, plan, fresh);
  // Many branches stand at one commit, such as those that were just cut: each pair is measured once.
  const distances = new Map<string, ReturnType<typeof aheadBehind>>();
  const distanceOf = (base: Sha, head: Sha) => {
    const pair = `${base} ${head}`;
    const asked = distances.get(pair) ?? aheadBehind(directory, base, head);
    distances.set(pair, asked);
    return asked;
  };
  return inBatches(plan.write, async (branch) => {
    const head = known.get(branch.sha);
    if (!head) throw new Error(`git does not tell the head of a branch of ${repository.key}`);
    const distance = branch.baseSha ? await distanceOf(branch.baseSha, branch.sha) : null;
    return { ...branch, head, ahead: distance?.ahead ?? null, behind: distance?.behind ?? null };
  });
}

async function headCommits(
  ctx: Context,
  directory: string,
  repositoryId: string,
  plan: ReadingPlan,
  fresh: readonly GitCommit[],
): Promise<Map<string, HeadCommit>> {
  const found = new Map<string, HeadCommit>();
  for (const commit of fresh) found.set(commit.sha, { ...commit, treeOid: commit.tree });
  const inDatabase = plan.write.map((branch) => branch.sha).filter((sha) => !found.has(sha));
  if (inDatabase.length > 0) {
    const rows = await ctx.db
      .select({
        sha: commits.sha,
        treeOid: commits.treeOid,
        committedAt: commits.committedAt,
        subject: commits.subject,
        authorName: commits.authorName,
      })
      .from(commits)
      .where(and(eq(commits.repositoryId, repositoryId), inArray(commits.sha, inDatabase)));
    for (const row of rows) found.set(row.sha, row);
  }
  const missing = [...new Set(inDatabase.filter((sha) => !found.has(sha)))];
  const read = await inBatches(missing, (sha) =>
    readCommits(directory, { include: [sha], exclude: [], limit: 1 }),
  );
  for (const commit of read.flat()) found.set(commit.sha, { ...commit, treeOid: commit.tree });
  return found;
}

/** Open pull requests whose head, or the place where their diff begins, is elsewhere now. */
export async function movedPullRequests(
  ctx: Context,
  directory: string,
  repository: Repository,
  heads: readonly GitBranch[],
  touched: readonly string[],
): Promise<MovedPullRequest[]> {
  if (touched.length === 0) return [];
  const rows = await ctx.db
    .select({
      id: pullRequests.id,
      number: pullRequests.number,
      title: pullRequests.title,
      sourceBranch: pullRequests.sourceBranch,
      targetBranch: pullRequests.targetBranch,
      headSha: pullRequests.headSha,
      baseSha: pullRequests.baseSha,
    })
    .from(pullRequests)
    .where(
      and(
        eq(pullRequests.repositoryId, repository.id),
        eq(pullRequests.state, "open"),
        or(nameIn(pullRequests.sourceBranch, touched), nameIn(pullRequests.targetBranch, touched)),
      ),
    );
  const shas = new Map(heads.map((head) => [head.name, head.sha]));
  const moved = await inBatches(rows, async (row): Promise<MovedPullRequest[]> => {
    const headSha = shas.get(row.sourceBranch) ?? parseSha(row.headSha);
    const target = shas.get(row.targetBranch);
    const found = target ? await mergeBase(directory, headSha, target) : null;
    // Once the target has everything, the diff that was decided on is still the one to show.
    const baseSha = found === null || found === headSha ? row.baseSha : found;
    if (headSha === row.headSha && baseSha === row.baseSha) return [];
    const { id, number, title } = row;
    const before = { headSha: row.headSha, baseSha: row.baseSha };
    return [{ id, number, title, before, after: { headSha, baseSha } }];
  });
  return moved.flat();
}

/** As one array parameter, however many names there are. */
export function nameIn(
  column: typeof pullRequests.sourceBranch | typeof pullRequests.targetBranch,
  names: readonly string[],
) {
  return sql`${column} in (select jsonb_array_elements_text(${JSON.stringify(names)}::jsonb))`;
}

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
  }
  return results;
}
