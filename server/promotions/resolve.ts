import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { operations, releases, votes } from "@/db/schema";
import { DomainError } from "@/domain/errors";
import { can } from "@/domain/permissions";
import type { ResolvePromotion } from "@/domain/promotions/input";
import { type Change, change } from "../audit/change";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { moveDeployment } from "../deployments/move";
import { settleRollback } from "../deployments/rollback";
import { deploymentOf } from "../deployments/rows";
import { startWaiting } from "../deployments/waiting";
import { holdAfterRollback } from "../environments/hold-after-rollback";
import { withdraw } from "../releases/withdraw";
import { asPerson } from "./as-person";
import { describe, stateOf } from "./commands";
import { movePromotion } from "./move";
import { lockPromotion, type PromotionRow } from "./rows";

/** Until then Clearway asks alone; afterwards the host may be gone for good, and a person may say so. */
const UNKNOWN_MINUTES = 10;

/** Whether a person may say how it ended: it needs one, or a slot host has kept silent for too long. */
export async function waitsForPerson(db: Db, { state, kind, updatedAt }: PromotionRow): Promise<boolean> {
  if (state !== "unknown" || kind === "merge") return state === "needs_human";
  const { rows } = await db.execute<{ isLong: boolean }>(
    sql`select ${updatedAt.toISOString()}::timestamptz <= clearway_now() - make_interval(mins => ${UNKNOWN_MINUTES}) as "isLong"`,
  );
  return rows[0]?.isLong ?? false;
}

/** A person says how something ended that Clearway could not find out or mend. */
export async function resolvePromotion(ctx: Context, input: ResolvePromotion) {
  const { personId } = asPerson(ctx);
  return change(ctx, async (c) => {
    const promotion = await lockPromotion(c.db, input.promotionId);
    demand(ctx.actor, "promotions.resolve", promotion, { noun: "promotion", read: "promotions.read" });
    if (!(await waitsForPerson(c.db, promotion))) {
      throw new DomainError("CONFLICT", `This does not wait for a person: ${describe(promotion)}.`);
    }
    if (promotion.state === "unknown") {
      if (input.outcome !== "failed") {
        throw new DomainError("CONFLICT", "Nobody knows that it was installed: it can be settled as failed.");
      }
      await stopAsking(c, promotion);
    }
    const next = await movePromotion(
      c,
      promotion,
      input.outcome,
      { outcomeCode: "RESOLVED", outcomeText: input.reason },
      { action: "promotion.resolved", reason: input.reason },
    );
    const mayWithdraw = can(ctx.actor, "releases.withdraw", { productId: promotion.productId });
    await settleByHand(c, next, { reason: input.reason, personId, mayWithdraw });
    return stateOf(next);
  });
}

/** Whoever is asking loses its fence; an order that is on its way at this moment is waited for. */
async function stopAsking(c: Change, promotion: PromotionRow): Promise<void> {
  const open = and(eq(operations.promotionId, promotion.id), eq(operations.isSettled, false));
  const [operation] = await c.db.select().from(operations).where(open).for("update");
  if (operation?.state === "sent" && operation.leaseUntil && operation.leaseUntil > c.now) {
    throw new DomainError("SLOT_BUSY", "It is being installed once more right now. Look again in a minute.");
  }
  await c.db
    .update(operations)
    .set({
      state: "refused",
      fence: sql`${operations.fence} + 1`,
      leaseUntil: null,
      result: { detail: "a person settled the outcome", settledBy: "person" },
      updatedAt: c.now,
    })
    .where(open);
}

/**
 * What a person says has the same consequences as what Clearway finds out itself, as far as their role goes: whoever
 * answers for one slot takes a release out of it and holds it, but withdraws it for nobody else.
 */
async function settleByHand(
  c: Change,
  promotion: PromotionRow,
  { reason, personId, mayWithdraw }: { reason: string; personId: string; mayWithdraw: boolean },
): Promise<void> {
  await c.db
    .update(votes)
    .set({ voidedAt: c.now, voidReason: "a person settled the outcome" })
    .where(and(eq(votes.promotionId, promotion.id), isNull(votes.voidedAt)));
  const deployment = await deploymentOf(c.db, promotion.id);
  if (!deployment || !promotion.slotId) return;
  if (deployment.state === "unknown") {
    await moveDeployment(c, deployment, "failed", reason);
    if (promotion.kind === "rollback") {
      await settleRollback(c, promotion, "needs_human", `Its rollback was settled as failed: ${reason}`);
    }
  }
  if (promotion.state === "rolled_back") {
    if (deployment.state === "failed") await moveDeployment(c, deployment, "rolled_back", reason);
    const [release] = await c.db.select().from(releases).where(eq(releases.id, deployment.releaseId));
    if (release && promotion.kind === "deploy" && !release.withdrawnAt) {
      if (mayWithdraw) await withdraw(c, release, `it was rolled back: ${reason}`);
      else await holdAfterRollback(c, promotion, personId, `${release.version} was rolled back: ${reason}`);
    }
  }
  await startWaiting(c, promotion.slotId);
}
