import { and, eq, inArray, lt, or, sql } from "drizzle-orm";
import { operations, promotions } from "@/db/schema";
import { RUNNING_STATES, WAITING_STATES } from "@/domain/promotions/status";
import { change } from "../audit/change";
import type { Context } from "../context";
import { movePromotion } from "./move";
import { lockPromotion } from "./rows";

const BATCH = 100;

/**
 * The queue may lose a worker; the rows do not. Puts back in the queue whatever has no sign of life:
 * operations whose lease ran out, ready promotions that nobody started, gates nobody looked at; and ends what expired.
 */
export async function sweepPromotions(ctx: Context): Promise<void> {
  await change(ctx, async (c) => {
    const silent = await c.db
      .selectDistinct({ id: operations.promotionId })
      .from(operations)
      .innerJoin(promotions, eq(promotions.id, operations.promotionId))
      .where(
        and(
          eq(operations.isSettled, false),
          lt(operations.leaseUntil, sql`clearway_now()`),
          inArray(promotions.state, [...RUNNING_STATES]),
        ),
      )
      .limit(BATCH);
    const idle = await c.db
      .select({ id: promotions.id, state: promotions.state })
      .from(promotions)
      .where(
        or(
          and(
            eq(promotions.state, "ready"),
            lt(promotions.updatedAt, sql`clearway_now() - interval '5 seconds'`),
          ),
          and(
            eq(promotions.state, "gating"),
            lt(promotions.updatedAt, sql`clearway_now() - interval '60 seconds'`),
          ),
        ),
      )
      .orderBy(promotions.number)
      .limit(BATCH);
    for (const { id } of silent) await c.enqueue("promotions.execute", { promotionId: id });
    for (const { id, state } of idle) {
      await c.enqueue(state === "ready" ? "promotions.execute" : "promotions.evaluate", { promotionId: id });
    }
  });
  await expire(ctx);
}

async function expire(ctx: Context): Promise<void> {
  const over = await ctx.db
    .select({ id: promotions.id })
    .from(promotions)
    .where(and(inArray(promotions.state, [...WAITING_STATES]), lt(promotions.expiresAt, sql`clearway_now()`)))
    .limit(BATCH);
  for (const { id } of over) {
    await change(ctx, async (c) => {
      const promotion = await lockPromotion(c.db, id);
      if (!WAITING_STATES.some((state) => state === promotion.state)) return;
      await movePromotion(c, promotion, "expired", {
        outcomeCode: "EXPIRED",
        outcomeText: "Nobody decided in time. Ask for it again when it is still wanted.",
      });
    });
  }
}
