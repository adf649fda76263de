import { and, eq, isNull } from "drizzle-orm";
import { branches, repositories } from "@/db/schema";
import type { BranchKind } from "@/domain/branches/naming";
import { notFound } from "@/domain/errors";
import { change } from "../audit/change";
import { settleDeletions } from "../branches/settle-deletions";
import type { Context } from "../context";
import { readPushSpool, removePush } from "../git/push-spool";
import { type GitBranch, listBranches } from "../git/refs";
import { ensureRun } from "../pipelines/start";
import { type MeasuredBranch, measure, movedPullRequests, newCommits } from "./gather";
import { repositoryDirectory } from "./location";
import { type KnownBranch, planReading } from "./plan-reading";
import { withReadingLock } from "./reading-lock";
import { type Pusher, takePushes } from "./take-pushes";
import { writeReading } from "./write-reading";

type Repository = typeof repositories.$inferSelect;
export type RepositoryReading = { moved: string[]; gone: string[]; pushes: number };
type ReadingOptions = {
  /** False where the history of a repository is prepared: what it built then is recorded, not built again. */
  startsRuns?: boolean;
};

/** Branches of these kinds are built whenever they move. */
const BUILT: readonly BranchKind[] = ["master", "sprint", "hotfix"];

/**
 * Brings the database up to what git says: pushes, branches, commits, open pull requests; and wakes what waits for it.
 * Safe to call at any time, from several processes at once; with nothing new it writes nothing.
 */
export async function readRepository(
  ctx: Context,
  repositoryId: string,
  options: ReadingOptions = {},
): Promise<RepositoryReading> {
  const [repository] = await ctx.db.select().from(repositories).where(eq(repositories.id, repositoryId));
  if (!repository) throw notFound("repository");
  // One that is still brought in has nothing to read; it is read when it is ready.
  if (repository.state !== "ready") return { moved: [], gone: [], pushes: 0 };
  return withReadingLock(ctx.db, repositoryId, () => read(ctx, repository, options.startsRuns ?? true));
}

async function read(ctx: Context, repository: Repository, startsRuns: boolean): Promise<RepositoryReading> {
  const directory = repositoryDirectory(ctx, repository);
  await settleDeletions(ctx, repository);
  // Heads before notes: the hook notes a push after it has moved the refs.
  const heads = await listHeads(directory);
  const spool = await readPushSpool(directory);
  const known = await readKnown(ctx, repository.id);
  const pushers = await takePushes(ctx, repository, spool);
  const plan = planReading(heads, known, repository.defaultBranch);
  const repushed = pusherBecameKnown(known, heads, pushers);
  const moved = plan.write.filter((branch) => branch.isMoved).map((branch) => branch.name);
  const gone = plan.gone.map((branch) => branch.name);

  if (plan.write.length + plan.gone.length + repushed.length > 0) {
    const commits = await newCommits(directory, plan, known, heads);
    const measured = await measure(ctx, directory, repository, plan, commits);
    const pullRequests = await movedPullRequests(ctx, directory, repository, heads, moved);
    // Before the branches are written: after a crash the move is found again, and the run is there already.
    const passedRunIds = startsRuns ? await startRuns(ctx, repository, measured) : [];
    await change(ctx, (c) =>
      writeReading(c, repository, {
        commits,
        branches: measured,
        gone: plan.gone,
        pullRequests,
        repushed,
        pushers,
        passedRunIds,
      }),
    );
  }
  for (const push of spool) await removePush(directory, push.id);
  return { moved, gone, pushes: spool.length };
}

/** Names that differ only in bytes that are no UTF-8 look the same to us: one of them is shown. */
async function listHeads(directory: string): Promise<GitBranch[]> {
  const heads = await listBranches(directory);
  return [...new Map(heads.map((head) => [head.name, head])).values()];
}

function readKnown(ctx: Context, repositoryId: string): Promise<KnownBranch[]> {
  return ctx.db
    .select({
      id: branches.id,
      name: branches.name,
      headSha: branches.headSha,
      baseName: branches.baseName,
      baseSha: branches.baseSha,
      lastPusherId: branches.lastPusherId,
    })
    .from(branches)
    .where(and(eq(branches.repositoryId, repositoryId), isNull(branches.deletedAt)));
}

/** Branches that a reading found moved before the hook had noted by whom. */
function pusherBecameKnown(
  known: readonly KnownBranch[],
  heads: readonly GitBranch[],
  pushers: ReadonlyMap<string, Pusher>,
): { id: string; name: string; personId: string }[] {
  if (pushers.size === 0) return [];
  const shas = new Map(heads.map((head) => [head.name, head.sha]));
  return known.flatMap((row) => {
    const personId = pushers.get(`refs/heads/${row.name} ${row.headSha}`)?.personId;
    const isSame = shas.get(row.name) === row.headSha;
    return personId && isSame && personId !== row.lastPusherId
      ? [{ id: row.id, name: row.name, personId }]
      : [];
  });
}

/** Every tree is built once, so this is the run of an earlier merge candidate more often than a new one. */
async function startRuns(
  ctx: Context,
  repository: Repository,
  measured: readonly MeasuredBranch[],
): Promise<string[]> {
  const passed: string[] = [];
  for (const branch of measured) {
    if (!branch.isMoved || !BUILT.includes(branch.kind)) continue;
    const run = await ensureRun(ctx, {
      repositoryId: repository.id,
      commitSha: branch.sha,
      treeOid: branch.head.treeOid,
      ref: `refs/heads/${branch.name}`,
      trigger: "push",
      requestedById: null,
    });
    if (run.state === "passed") passed.push(run.runId);
  }
  return passed;
}
