import { isDeepStrictEqual } from "node:util";
import { isIn, WAITING_STATES } from "@/domain/promotions/status";
import type { Context } from "../context";
import { readInForce } from "../policies/in-force";
import { readPromotion } from "./rows";

/**
 * Which version decides this promotion, and how that stands to what decides there today. `isStricter`: it is decided by
 * more than that version asks for, because it began with something that asked for more. `now` is the policy in force
 * where it is another; null where it is the same, or where nothing is left to decide.
 */
export async function readDecidedBy(ctx: Context, promotionId: string) {
  const { promotion, revision, policyRules } = await readPromotion(ctx.db, promotionId);
  const isWaiting = isIn(promotion.state, WAITING_STATES);
  const inForce = isWaiting ? await readInForce(ctx.db, { promotion, revision }) : null;
  const isOther = inForce?.policy && inForce.policy.id !== revision.policyId;
  return {
    isStricter: !isDeepStrictEqual(revision.rules, policyRules),
    isClosed: isWaiting && inForce?.policy === null,
    now:
      isOther && inForce.policy
        ? {
            key: inForce.policy.key,
            name: inForce.policy.name,
            version: inForce.policy.version,
            /** It is looked at in a moment, and then voted on again. */
            stricter: inForce.stricter,
          }
        : null,
  };
}
