import { isDeepStrictEqual } from "node:util";
import { asc, eq, sql } from "drizzle-orm";
import { policies, promotionRevisions } from "@/db/schema";
import { whatIsStricter } from "@/domain/policies/stricter";
import { isIn, WAITING_STATES } from "@/domain/promotions/status";
import type { Context } from "../context";
import { readInForce } from "../policies/in-force";
import { readPromotion } from "./rows";

/** One version of a policy, as people know it. */
type PolicyVersion = { key: string; name: string; version: number };

/**
 * Which version decides this promotion, and how that stands to what decides there today. `isStricter`: it is decided by
 * more than that version asks for, because one of `earlier` asked for more. `now` is the policy in force where it is
 * another; null where it is the same, or where nothing is left to decide.
 */
export async function readDecidedBy(ctx: Context, promotionId: string) {
  const { promotion, revision, policyRules } = await readPromotion(ctx.db, promotionId);
  const isWaiting = isIn(promotion.state, WAITING_STATES);
  const inForce = isWaiting ? await readInForce(ctx.db, { promotion, revision }) : null;
  const current = inForce?.policy && inForce.policy.id !== revision.policyId ? inForce.policy : null;
  const versions = await readVersions(ctx, promotionId);
  return {
    isStricter: !isDeepStrictEqual(revision.rules, policyRules),
    isClosed: isWaiting && inForce?.policy === null,
    /** What its revisions were decided by before it became stricter while this waited, the first one first. */
    earlier: versions
      .filter(({ id }) => id !== revision.policyId)
      .map(({ key, name, version }): PolicyVersion => ({ key, name, version })),
    now:
      current && inForce
        ? {
            key: current.key,
            name: current.name,
            version: current.version,
            /** It is looked at in a moment, and then voted on again. */
            stricter: inForce.stricter,
            /** What decides here asks for more than it does: asked for again, this would be asked for less. */
            asksForLess: whatIsStricter(current.rules, revision.rules, promotion.kind).length > 0,
          }
        : null,
  };
}

function readVersions(ctx: Context, promotionId: string) {
  return ctx.db
    .select({ id: policies.id, key: policies.key, name: policies.name, version: policies.version })
    .from(promotionRevisions)
    .innerJoin(policies, eq(policies.id, promotionRevisions.policyId))
    .where(eq(promotionRevisions.promotionId, promotionId))
    .groupBy(policies.id)
    .orderBy(asc(sql`min(${promotionRevisions.revision})`));
}
