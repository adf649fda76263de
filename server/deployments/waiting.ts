import { and, eq, inArray } from "drizzle-orm";
import { promotions } from "@/db/schema";
import { WAITING_STATES } from "@/domain/promotions/status";
import type { Change } from "../audit/change";

/** Whatever has its approvals and waited for this slot may start. */
export async function startWaiting(c: Change, slotId: string): Promise<void> {
  const waiting = await c.db
    .select({ id: promotions.id, state: promotions.state })
    .from(promotions)
    .where(and(eq(promotions.slotId, slotId), inArray(promotions.state, [...WAITING_STATES])))
    .limit(50);
  for (const { id, state } of waiting) {
    await c.enqueue(state === "ready" ? "promotions.execute" : "promotions.evaluate", { promotionId: id });
  }
}
