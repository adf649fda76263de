import { and, desc, eq, inArray } from "drizzle-orm";
import { deployments, mergeCandidates, releases, slots, workItems } from "@/db/schema";
import { classifyBranch, workItemKeysIn } from "@/domain/branches/naming";
import { DomainError } from "@/domain/errors";
import { type GitCommit, SERVICE_IDENTITY } from "@/domain/git/commit";
import { parseSha, type Sha } from "@/domain/git/sha";
import { can } from "@/domain/permissions";
import { demand, inScope } from "../auth/scope";
import type { Context } from "../context";
import {
  keptChangedFiles,
  keptCommitSizes,
  keptCommits,
  keptFileDiff,
  keptMergeBase,
} from "../git/kept-readings";
import { addressKey, readOwners } from "../people/addresses";
import { repositoryDirectory } from "../repositories/location";
import { type LoadedPromotion, readPromotionNumbered } from "./rows";

const MAX_COMMITS = 300;
const MAX_DIFF_BYTES = 400_000;

type Range = { base: Sha | null; head: Sha };

async function load(ctx: Context, number: number) {
  const loaded = await readPromotionNumbered(ctx.db, number);
  demand(ctx.actor, "promotions.read", loaded.promotion, { noun: "promotion", read: "promotions.read" });
  return { loaded, directory: repositoryDirectory(ctx, loaded.repository) };
}

/** From where to where it goes: the target for a merge; what ran in the slot before for a deployment. */
async function rangeOf(ctx: Context, { promotion, revision }: LoadedPromotion): Promise<Range> {
  const head = parseSha(revision.sourceSha);
  if (promotion.kind === "merge") {
    const [candidate] = await ctx.db
      .select({ targetSha: mergeCandidates.targetSha })
      .from(mergeCandidates)
      .where(
        and(eq(mergeCandidates.promotionId, promotion.id), eq(mergeCandidates.revision, promotion.revision)),
      )
      .orderBy(desc(mergeCandidates.createdAt), desc(mergeCandidates.id))
      .limit(1);
    return { base: candidate ? parseSha(candidate.targetSha) : null, head };
  }
  const [own] = await ctx.db
    .select({ before: deployments.previousDeploymentId })
    .from(deployments)
    .where(eq(deployments.promotionId, promotion.id))
    .orderBy(desc(deployments.attempt))
    .limit(1);
  const [slot] = await ctx.db
    .select({ current: slots.currentDeploymentId })
    .from(slots)
    .where(eq(slots.id, promotion.slotId ?? ""));
  const before = own ? own.before : (slot?.current ?? null);
  if (!before) return { base: null, head };
  const [running] = await ctx.db
    .select({ sourceSha: releases.sourceSha })
    .from(deployments)
    .innerJoin(releases, eq(releases.id, deployments.releaseId))
    .where(eq(deployments.id, before));
  return { base: running ? parseSha(running.sourceSha) : null, head };
}

/** What changes, by work item: commits, files with lines added and removed. A rollback lists what is taken away. */
export async function getPromotionChanges(ctx: Context, { number }: { number: number }) {
  const { loaded, directory } = await load(ctx, number);
  const range = await rangeOf(ctx, loaded);
  const isBack = loaded.promotion.kind === "rollback" && range.base !== null;
  const [from, to] = isBack && range.base ? [range.head, range.base] : [range.base, range.head];
  const wanted = { include: [to], exclude: from ? [from] : [], limit: MAX_COMMITS };
  const [found, sizes] = await Promise.all([
    keptCommits(directory, wanted),
    keptCommitSizes(directory, wanted),
  ]);
  const own = found.filter((commit) => commit.committerEmail !== SERVICE_IDENTITY.email);
  const base = from ? await keptMergeBase(directory, from, to) : null;
  const files = base ? await keptChangedFiles(directory, base, to) : [];
  const keysBySha = new Map(
    own.map((commit) => [commit.sha, workItemKeysIn(`${commit.subject}\n${commit.body}`)]),
  );
  // A branch named for one work item stands for it where a commit names none.
  const branchKey = classifyBranch(loaded.promotion.sourceBranch ?? "").workItemKey;
  const keys = [...new Set([...keysBySha.values(), branchKey ? [branchKey] : []].flat())];
  const [items, authors] = await Promise.all([
    keys.length
      ? ctx.db
          .select({ key: workItems.key, title: workItems.title, type: workItems.type })
          .from(workItems)
          .where(
            and(
              inArray(workItems.key, keys),
              eq(workItems.productId, loaded.promotion.productId),
              inScope(ctx.actor, "workItems.read", { productId: workItems.productId }),
            ),
          )
      : [],
    readOwners(
      ctx.db,
      own.map(({ authorEmail }) => authorEmail),
    ),
  ]);
  const isKnown = (key: string | null) => items.some((item) => item.key === key);
  const knownKeys = (named: string[]) => {
    const known = named.filter(isKnown);
    return known.length === 0 && branchKey && isKnown(branchKey) ? [branchKey] : known;
  };
  return {
    isBack,
    base: from,
    head: to,
    isTruncated: found.length >= MAX_COMMITS,
    items: items.sort((a, b) => a.key.localeCompare(b.key)),
    commits: own.map((commit) => ({
      ...brief(commit),
      ...(sizes.get(commit.sha) ?? { added: 0, removed: 0 }),
      workItemKeys: knownKeys(keysBySha.get(commit.sha) ?? []),
      isAuthorKnown: authors.has(addressKey(commit.authorEmail)),
    })),
    files,
  };
}

function brief(commit: GitCommit) {
  const { sha, subject, authorName, authoredAt, coAuthors } = commit;
  return { sha, subject, authorName, authoredAt, coAuthors: coAuthors.map((one) => one.name) };
}

/** The same range as a readable diff, cut at 400 kB. Refused where one may not read the product's source. */
export async function getPromotionDiff(ctx: Context, { number }: { number: number }) {
  const { loaded, directory } = await load(ctx, number);
  if (!can(ctx.actor, "repositories.read", { productId: loaded.promotion.productId })) {
    throw new DomainError("FORBIDDEN", "None of your roles lets you read the source of this product.");
  }
  const { base, head } = await rangeOf(ctx, loaded);
  if (!base) return [];
  const isMerge = loaded.promotion.kind === "merge";
  const from = isMerge ? await keptMergeBase(directory, base, head) : base;
  return from ? keptFileDiff(directory, from, head, { maxBytes: MAX_DIFF_BYTES }) : [];
}
