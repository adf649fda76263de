import { and, desc, eq, lt, sql } from "drizzle-orm";
import { people, products, promotions, pullRequests, pullRequestViews, repositories } from "@/db/schema";
import { notFound } from "@/domain/errors";
import type { FileDiff } from "@/domain/git/diff";
import { parseSha, type Sha } from "@/domain/git/sha";
import { can } from "@/domain/permissions";
import { ENDED_STATES, isIn, type PromotionState, WAITING_STATES } from "@/domain/promotions/status";
import type { DiffPullRequest, ListPullRequests, PullRequestByNumber } from "@/domain/pull-requests/input";
import { inScope } from "../auth/scope";
import type { Context } from "../context";
import { keptChangedFiles, keptFileDiff } from "../git/kept-readings";
import { repositoryDirectory } from "../repositories/location";
import { readPullRequestCommits } from "./commits";
import { latestPromotion } from "./rows";

const MAX_FILES = 500;
const MAX_DIFF_BYTES = 400_000;

/** Newest first, a page at a time. */
export async function listPullRequests(ctx: Context, input: ListPullRequests) {
  const promotion = latestPromotion(ctx.db);
  const rows = await ctx.db
    .select({
      id: pullRequests.id,
      number: pullRequests.number,
      title: pullRequests.title,
      state: pullRequests.state,
      sourceBranch: pullRequests.sourceBranch,
      targetBranch: pullRequests.targetBranch,
      headSha: pullRequests.headSha,
      createdAt: pullRequests.createdAt,
      updatedAt: pullRequests.updatedAt,
      endedAt: pullRequests.endedAt,
      product: { key: products.key, name: products.name },
      repository: { key: repositories.key, name: repositories.name },
      author: { id: people.id, name: people.name },
      promotionId: promotion.id,
      promotionNumber: promotion.number,
      promotionState: promotion.state,
      promotionText: promotion.outcomeText,
    })
    .from(pullRequests)
    .innerJoin(products, eq(products.id, pullRequests.productId))
    .innerJoin(repositories, eq(repositories.id, pullRequests.repositoryId))
    .innerJoin(people, eq(people.id, pullRequests.authorId))
    .leftJoinLateral(promotion, sql`true`)
    .where(
      and(
        inScope(ctx.actor, "pullRequests.read", { productId: pullRequests.productId }),
        input.state ? eq(pullRequests.state, input.state) : undefined,
        input.productKey ? eq(products.key, input.productKey) : undefined,
        input.repositoryKey ? eq(repositories.key, input.repositoryKey) : undefined,
        authorIs(ctx, input.author),
        input.before ? lt(pullRequests.number, input.before) : undefined,
      ),
    )
    .orderBy(desc(pullRequests.number))
    .limit(input.limit + 1);
  const items = rows
    .slice(0, input.limit)
    .map(({ promotionId, promotionNumber, promotionState, promotionText, ...row }) => ({
      ...row,
      promotion:
        promotionId && promotionNumber && promotionState
          ? { id: promotionId, number: promotionNumber, state: promotionState, outcomeText: promotionText }
          : null,
    }));
  return { items, next: rows.length > input.limit ? (items.at(-1)?.number ?? null) : null };
}

function authorIs(ctx: Context, author: string | undefined) {
  if (author === undefined) return undefined;
  if (author !== "me") return eq(pullRequests.authorId, author);
  return ctx.actor.kind === "person" ? eq(pullRequests.authorId, ctx.actor.personId) : sql`false`;
}

/** One pull request with its promotions, commits and changed files, and what this person has seen of it. */
export async function getPullRequest(ctx: Context, { number }: PullRequestByNumber) {
  const { row, ...found } = await readVisible(ctx, number);
  const directory = repositoryDirectory(ctx, found.repository);
  const [base, head] = [parseSha(row.baseSha), parseSha(row.headSha)];
  const [asked, commits, files] = await Promise.all([
    ctx.db
      .select({
        id: promotions.id,
        number: promotions.number,
        state: promotions.state,
        revision: promotions.revision,
        outcomeCode: promotions.outcomeCode,
        outcomeText: promotions.outcomeText,
        createdAt: promotions.createdAt,
        endedAt: promotions.endedAt,
      })
      .from(promotions)
      .where(eq(promotions.pullRequestId, row.id))
      .orderBy(desc(promotions.number))
      .limit(20),
    readPullRequestCommits(ctx.db, directory, { base, head }),
    keptChangedFiles(directory, base, head),
  ]);
  return {
    ...row,
    product: found.product,
    repository: { key: found.repository.key, name: found.repository.name },
    author: found.author,
    promotion: asked[0] ?? null,
    earlierPromotions: asked.slice(1),
    commits: commits.items,
    hasMoreCommits: commits.hasMore,
    files: files.slice(0, MAX_FILES),
    fileCount: files.length,
    added: files.reduce((sum, file) => sum + (file.added ?? 0), 0),
    removed: files.reduce((sum, file) => sum + (file.removed ?? 0), 0),
    /** What this person last looked at; null: never. */
    seen: found.seen ? { ...found.seen, isLatest: found.seen.headSha === row.headSha } : null,
    you: whatOneMayDo(ctx, { row, ...found }, asked[0]?.state ?? null),
  };
}

type Found = Awaited<ReturnType<typeof readVisible>>;

/** By the same rules as the commands, so that a button that would be refused is not offered. */
function whatOneMayDo(
  ctx: Context,
  { row, product, author }: Pick<Found, "row" | "product" | "author">,
  promotion: PromotionState | null,
) {
  const scope = { productId: product.id };
  const isOpen = row.state === "open";
  const isAuthor = ctx.actor.kind === "person" && ctx.actor.personId === author.id;
  const isOver = promotion === null || isIn(promotion, ENDED_STATES);
  return {
    canClose:
      isOpen &&
      can(ctx.actor, "pullRequests.close", scope) &&
      (isAuthor || can(ctx.actor, "promotions.resolve", scope)) &&
      (isOver || isIn(promotion, WAITING_STATES)),
    canRequestAgain: isOpen && isOver && can(ctx.actor, "pullRequests.open", scope),
  };
}

/** The lines that differ, 400 kB of them at most; files beyond that are listed without their lines. */
export async function diffPullRequest(
  ctx: Context,
  { number, since }: DiffPullRequest,
): Promise<{
  since: "base" | "seen";
  fromSha: string;
  toSha: string;
  files: FileDiff[];
  isTruncated: boolean;
}> {
  const { row, repository, seen } = await readVisible(ctx, number);
  const isSince = since === "seen" && seen !== null;
  const from: Sha = parseSha(isSince ? seen.headSha : row.baseSha);
  const to = parseSha(row.headSha);
  const files = await keptFileDiff(repositoryDirectory(ctx, repository), from, to, {
    maxBytes: MAX_DIFF_BYTES,
  });
  return {
    since: isSince ? "seen" : "base",
    fromSha: from,
    toSha: to,
    files: files.slice(0, MAX_FILES),
    isTruncated: files.length > MAX_FILES || files.some((file) => file.truncated),
  };
}

async function readVisible(ctx: Context, number: number) {
  const personId = ctx.actor.kind === "person" ? ctx.actor.personId : null;
  const [found] = await ctx.db
    .select({
      row: {
        id: pullRequests.id,
        number: pullRequests.number,
        title: pullRequests.title,
        description: pullRequests.description,
        state: pullRequests.state,
        sourceBranch: pullRequests.sourceBranch,
        targetBranch: pullRequests.targetBranch,
        headSha: pullRequests.headSha,
        baseSha: pullRequests.baseSha,
        mergeSha: pullRequests.mergeSha,
        createdAt: pullRequests.createdAt,
        updatedAt: pullRequests.updatedAt,
        endedAt: pullRequests.endedAt,
      },
      product: { id: products.id, key: products.key, name: products.name },
      repository: {
        id: repositories.id,
        key: repositories.key,
        name: repositories.name,
        directory: repositories.directory,
      },
      author: { id: people.id, name: people.name },
      seenSha: pullRequestViews.headSha,
      seenAt: pullRequestViews.seenAt,
    })
    .from(pullRequests)
    .innerJoin(products, eq(products.id, pullRequests.productId))
    .innerJoin(repositories, eq(repositories.id, pullRequests.repositoryId))
    .innerJoin(people, eq(people.id, pullRequests.authorId))
    .leftJoin(
      pullRequestViews,
      and(
        eq(pullRequestViews.pullRequestId, pullRequests.id),
        sql`${pullRequestViews.personId} = ${personId}::uuid`,
      ),
    )
    .where(
      and(
        eq(pullRequests.number, number),
        inScope(ctx.actor, "pullRequests.read", { productId: pullRequests.productId }),
      ),
    );
  if (!found) throw notFound("pull request");
  const { seenSha, seenAt, ...rest } = found;
  return { ...rest, seen: seenSha && seenAt ? { headSha: seenSha, seenAt } : null };
}
