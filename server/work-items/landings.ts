import { and, desc, eq, inArray, isNotNull, isNull } from "drizzle-orm";
import { branches, pullRequests } from "@/db/schema";
import { parseSha, type Sha } from "@/domain/git/sha";
import { can } from "@/domain/permissions";
import type { Context } from "../context";
import { commitsNotIn } from "../git/containment";
import { type Contains, containment } from "./containment";

/** A branch that only merges move, with how much of the work it has and since which merge it has all of it. */
export type Landing = {
  branch: string;
  kind: "master" | "sprint" | "hotfix";
  repositoryKey: string;
  contains: Contains;
  since: Date | null;
  /** The reader may open the repository. */
  isOpenToReader: boolean;
  pullRequestNumber: number | null;
};

const LANDING_KINDS = ["master", "sprint", "hotfix"] as const;
const NEWEST_BRANCHES = 12;
const NEWEST_MERGES = 60;

export async function readLandings(
  ctx: Context,
  directory: string,
  repository: { id: string; key: string; productId: string },
  own: readonly Sha[],
): Promise<Landing[]> {
  const [targets, merges] = await Promise.all([
    ctx.db
      .select({ name: branches.name, kind: branches.kind, headSha: branches.headSha })
      .from(branches)
      .where(
        and(
          eq(branches.repositoryId, repository.id),
          inArray(branches.kind, [...LANDING_KINDS]),
          isNull(branches.deletedAt),
        ),
      )
      .orderBy(desc(branches.name))
      .limit(NEWEST_BRANCHES),
    ctx.db
      .select({
        number: pullRequests.number,
        targetBranch: pullRequests.targetBranch,
        mergeSha: pullRequests.mergeSha,
        endedAt: pullRequests.endedAt,
      })
      .from(pullRequests)
      .where(and(eq(pullRequests.repositoryId, repository.id), isNotNull(pullRequests.mergeSha)))
      .orderBy(desc(pullRequests.endedAt), desc(pullRequests.number))
      .limit(NEWEST_MERGES),
  ]);
  const contains = await containment(
    directory,
    own,
    targets.map(({ headSha }) => headSha),
  );
  const isOpenToReader = can(ctx.actor, "repositories.read", { productId: repository.productId });
  const found: Landing[] = [];
  for (const { name, kind, headSha } of targets) {
    const part = contains.get(headSha) ?? "none";
    const landingKind = LANDING_KINDS.find((one) => one === kind);
    if (part === "none" || !landingKind) continue;
    const into = merges.filter(({ targetBranch }) => targetBranch === name);
    const first = part === "all" ? await firstWithAll(directory, own, into) : null;
    found.push({
      branch: name,
      kind: landingKind,
      repositoryKey: repository.key,
      contains: part,
      since: first?.endedAt ?? null,
      isOpenToReader,
      pullRequestNumber: first?.number ?? null,
    });
  }
  return found;
}

/**
 * The earliest of the merges, given newest first, after which all of the work was there. A branch only grows, so the
 * merges that have it come before those that have not, and halving finds where.
 */
async function firstWithAll<Merge extends { mergeSha: string | null }>(
  directory: string,
  own: readonly Sha[],
  merges: readonly Merge[],
): Promise<Merge | null> {
  let [having, lacking] = [-1, merges.length];
  while (lacking - having > 1) {
    const middle = Math.floor((having + lacking) / 2);
    const sha = merges[middle]?.mergeSha;
    const missing = sha ? await commitsNotIn(directory, [parseSha(sha)], own) : null;
    if (missing?.size === 0) having = middle;
    else lacking = middle;
  }
  return merges[having] ?? null;
}
