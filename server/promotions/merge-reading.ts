import { sql } from "drizzle-orm";
import { mergeCandidates } from "@/db/schema";
import type { GitCommit } from "@/domain/git/commit";
import { parseSha, type Sha, ZERO_SHA } from "@/domain/git/sha";
import type { Change } from "../audit/change";
import type { Context } from "../context";
import { isAncestor, treeOf } from "../git/history";
import { mergeTree, writeMergeCommit } from "../git/merge";
import { resolveRef, setRef } from "../git/refs";
import { repositoryDirectory } from "../repositories/location";
import { type Contribution, readContributors } from "./contributors";
import { type CandidateRow, type LoadedPromotion, type PromotionRow, readCandidate } from "./rows";

export type MergeReading = {
  sourceSha: Sha | null;
  targetSha: Sha | null;
  commits: GitCommit[];
  own: GitCommit[];
  contributors: Contribution[];
  unknownContributors: string[];
  /** The source contains the target's head, or the target would add nothing to its tree. */
  isUpToDate: boolean;
  merge: { treeOid: string | null; commitSha: string | null; conflicts: string[] } | null;
  /** Keeps the candidate's commit from being collected by git. */
  keepRef: (() => Promise<void>) | null;
};

const GONE: Omit<MergeReading, "sourceSha" | "targetSha"> = {
  commits: [],
  own: [],
  contributors: [],
  unknownContributors: [],
  isUpToDate: false,
  merge: null,
  keepRef: null,
};

/** What git says now of the two branches and of the merge between them. Reads and writes objects, moves no branch. */
export async function readMerge(ctx: Context, loaded: LoadedPromotion): Promise<MergeReading> {
  const { promotion, repository } = loaded;
  const directory = repositoryDirectory(ctx, repository);
  const [source, target] = await Promise.all([
    resolveRef(directory, `refs/heads/${promotion.sourceBranch}`),
    resolveRef(directory, `refs/heads/${promotion.targetBranch}`),
  ]);
  if (!source || !target) return { sourceSha: source, targetSha: target, ...GONE };
  const [people, isUpToDate, known] = await Promise.all([
    readContributors(ctx.db, directory, promotion.repositoryId, { include: [source], exclude: [target] }),
    isAncestor(directory, target, source),
    readCandidate(ctx.db, promotion, target),
  ]);
  const isSame = known !== null && loaded.revision.sourceSha === source;
  const merge = isSame ? known : await buildCandidate(directory, loaded, { source, target });
  return {
    sourceSha: source,
    targetSha: target,
    commits: people.commits,
    own: people.own,
    contributors: people.known,
    unknownContributors: people.unknown,
    isUpToDate: isUpToDate || merge.treeOid === (await treeOf(directory, source)),
    merge: { treeOid: merge.treeOid, commitSha: merge.commitSha, conflicts: merge.conflicts },
    keepRef: isSame ? null : keepRef(directory, promotion, merge.commitSha),
  };
}

/** The very commit that execution will put on the target: what is checked is what is merged. */
async function buildCandidate(
  directory: string,
  { promotion, revision }: LoadedPromotion,
  { source, target }: { source: Sha; target: Sha },
): Promise<Pick<CandidateRow, "treeOid" | "commitSha" | "conflicts">> {
  const merged = await mergeTree(directory, target, source);
  if (!merged.clean) return { treeOid: null, commitSha: null, conflicts: merged.conflicts };
  const commitSha = await writeMergeCommit(directory, {
    tree: merged.tree,
    target,
    source,
    message: `Merge ${promotion.sourceBranch} into ${promotion.targetBranch}\n\n${promotion.title}`,
    // Fixed by the revision: whoever builds it, and however often, it is the same commit.
    at: revision.createdAt,
    trailers: { "Clearway-Promotion": String(promotion.number), "Clearway-Source": source },
  });
  return { treeOid: merged.tree, commitSha, conflicts: [] };
}

function keepRef(directory: string, promotion: PromotionRow, commitSha: string | null) {
  if (!commitSha) return null;
  return async () => {
    const ref = `refs/clearway/candidates/${promotion.number}/${commitSha.slice(0, 16)}`;
    await setRef(directory, ref, parseSha(commitSha), ZERO_SHA);
  };
}

/** Why what people decide on is no longer what it was; null when it still is. */
export function sourceChanged(loaded: LoadedPromotion, reading: MergeReading): string | null {
  const { promotion, revision } = loaded;
  if (reading.sourceSha && reading.sourceSha !== revision.sourceSha) {
    return `${promotion.sourceBranch} moved from ${revision.sourceSha.slice(0, 7)} to ${reading.sourceSha.slice(0, 7)}`;
  }
  if (revision.boundTargetSha && reading.targetSha && reading.targetSha !== revision.boundTargetSha) {
    return `${promotion.targetBranch} moved from ${revision.boundTargetSha.slice(0, 7)} to ${reading.targetSha.slice(0, 7)}`;
  }
  return null;
}

export async function keepCandidate(
  c: Change,
  promotion: PromotionRow,
  reading: MergeReading,
): Promise<void> {
  if (!reading.merge || !reading.targetSha) return;
  await c.db
    .insert(mergeCandidates)
    .values({
      promotionId: promotion.id,
      revision: promotion.revision,
      targetSha: reading.targetSha,
      treeOid: reading.merge.treeOid,
      commitSha: reading.merge.commitSha,
      conflicts: reading.merge.conflicts.length > 0 ? reading.merge.conflicts : sql`'{}'::text[]`,
      createdAt: c.now,
    })
    .onConflictDoNothing();
}
