import { desc, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { promotions, pullRequests } from "@/db/schema";
import { notFound } from "@/domain/errors";

export type PullRequestRow = typeof pullRequests.$inferSelect;

export async function readPullRequest(db: Db, number: number): Promise<PullRequestRow> {
  const [row] = await db.select().from(pullRequests).where(eq(pullRequests.number, number));
  if (!row) throw notFound("pull request");
  return row;
}

/** Locked for the rest of the transaction. Take the promotion's lock first: a merge takes them in that order. */
export async function lockPullRequest(db: Db, id: string): Promise<PullRequestRow> {
  const [row] = await db.select().from(pullRequests).where(eq(pullRequests.id, id)).for("update");
  if (!row) throw notFound("pull request");
  return row;
}

/** The newest promotion that carries it. */
export async function latestPromotionId(db: Db, pullRequestId: string): Promise<string | null> {
  const [row] = await db
    .select({ id: promotions.id })
    .from(promotions)
    .where(eq(promotions.pullRequestId, pullRequestId))
    .orderBy(desc(promotions.number))
    .limit(1);
  return row?.id ?? null;
}

/** For lists: the newest promotion of each row's pull request, as a lateral join. */
export function latestPromotion(db: Db) {
  return db
    .select({
      id: promotions.id,
      number: promotions.number,
      state: promotions.state,
      outcomeText: promotions.outcomeText,
    })
    .from(promotions)
    .where(sql`${promotions.pullRequestId} = ${pullRequests.id}`)
    .orderBy(desc(promotions.number))
    .limit(1)
    .as("promotion");
}

export function pullRequestSubject(row: PullRequestRow) {
  return {
    type: "pull_request",
    id: row.id,
    label: `#${row.number} ${row.title}`,
    productId: row.productId,
  };
}
