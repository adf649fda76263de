import { and, eq, type SQL } from "drizzle-orm";
import type { Db } from "@/db/client";
import { mergeCandidates, policies, promotionRevisions, promotions, repositories } from "@/db/schema";
import { notFound } from "@/domain/errors";

export type PromotionRow = typeof promotions.$inferSelect;
export type RevisionRow = typeof promotionRevisions.$inferSelect;
export type CandidateRow = typeof mergeCandidates.$inferSelect;

/**
 * The row, locked for the rest of the transaction: votes, pushes and workers wait for each other here.
 * Always the first lock of a change that also touches the promotion's operations; the other way round deadlocks.
 */
export async function lockPromotion(db: Db, id: string): Promise<PromotionRow> {
  const [row] = await db.select().from(promotions).where(eq(promotions.id, id)).for("update");
  if (!row) throw notFound("promotion");
  return row;
}

/**
 * A promotion with its present revision, the policy with the very rules that the revision is decided by, and its
 * repository. `policyRules` are what the policy itself asks for: less, where the revision began with more.
 */
export function readPromotion(db: Db, id: string) {
  return readLoaded(db, eq(promotions.id, id));
}

/** The same by the number that people know it by. Whether they may is asked of what was read. */
export function readPromotionNumbered(db: Db, number: number) {
  return readLoaded(db, eq(promotions.number, number));
}

async function readLoaded(db: Db, which: SQL) {
  const [row] = await db
    .select({
      promotion: promotions,
      revision: promotionRevisions,
      policy: policies,
      repository: repositories,
    })
    .from(promotions)
    .innerJoin(
      promotionRevisions,
      and(
        eq(promotionRevisions.promotionId, promotions.id),
        eq(promotionRevisions.revision, promotions.revision),
      ),
    )
    .innerJoin(policies, eq(policies.id, promotionRevisions.policyId))
    .innerJoin(repositories, eq(repositories.id, promotions.repositoryId))
    .where(which);
  if (!row) throw notFound("promotion");
  return { ...row, policy: { ...row.policy, rules: row.revision.rules }, policyRules: row.policy.rules };
}

export type LoadedPromotion = Awaited<ReturnType<typeof readPromotion>>;

/** The merge of the present revision as it would be against this head of the target. */
export async function readCandidate(
  db: Db,
  promotion: PromotionRow,
  targetSha: string,
): Promise<CandidateRow | null> {
  const [row] = await db
    .select()
    .from(mergeCandidates)
    .where(
      and(
        eq(mergeCandidates.promotionId, promotion.id),
        eq(mergeCandidates.revision, promotion.revision),
        eq(mergeCandidates.targetSha, targetSha),
      ),
    );
  return row ?? null;
}
