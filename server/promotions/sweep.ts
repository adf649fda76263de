import { and, eq, gt, inArray, lt, sql } from "drizzle-orm";
import { operations, promotions } from "@/db/schema";
import { RUNNING_STATES, WAITING_STATES } from "@/domain/promotions/status";
import { change } from "../audit/change";
import type { Context } from "../context";
import { movePromotion } from "./move";
import { lockPromotion } from "./rows";

const BATCH = 100;

/** How far this process is in going around the promotions at their gates: `size` of them a minute, by number. */
export type Round = { readonly size: number; nextAt: number; after: number };
const ROUND_MS = 60_000;
const round: Round = { size: 20, nextAt: 0, after: 0 };

/**
 * The queue may lose a worker; the rows do not. Puts back in the queue whatever has no sign of life:
 * operations whose lease ran out, ready promotions that nobody started, gates nobody looked at; and ends what expired.
 */
export async function sweepPromotions(ctx: Context, gates: Round = round): Promise<void> {
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
    const ready = await c.db
      .select({ id: promotions.id })
      .from(promotions)
      .where(
        and(
          eq(promotions.state, "ready"),
          lt(promotions.updatedAt, sql`clearway_now() - interval '5 seconds'`),
        ),
      )
      .orderBy(promotions.number)
      .limit(BATCH);
    for (const { id } of [...silent, ...ready]) await c.enqueue("promotions.execute", { promotionId: id });
  });
  await evaluateBlocked(ctx, gates);
  await expire(ctx);
}

/** Gates that stay closed leave no trace when looked at again: a window that moves on gives every one its turn. */
async function evaluateBlocked(ctx: Context, gates: Round): Promise<void> {
  if (performance.now() < gates.nextAt) return;
  const blocked = await ctx.db
    .select({ id: promotions.id, number: promotions.number })
    .from(promotions)
    .where(
      and(
        eq(promotions.state, "gating"),
        gt(promotions.number, gates.after),
        lt(promotions.updatedAt, sql`clearway_now() - interval '60 seconds'`),
      ),
    )
    .orderBy(promotions.number)
    .limit(gates.size);
  await change(ctx, async (c) => {
    for (const { id } of blocked) await c.enqueue("promotions.evaluate", { promotionId: id });
  });
  gates.after = blocked.length < gates.size ? 0 : (blocked.at(-1)?.number ?? 0);
  gates.nextAt = performance.now() + ROUND_MS;
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
