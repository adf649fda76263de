import { and, eq, isNull } from "drizzle-orm";
import { slotHolds } from "@/db/schema";
import type { Change } from "../audit/change";
import { readSlot, slotName } from "../promotions/request";
import type { PromotionRow } from "../promotions/rows";

/**
 * What left only this slot must not come back by itself: the slot is held in the name of whoever asked for the rollback.
 * A hold that is there already stays as it is.
 */
export async function holdAfterRollback(
  c: Change,
  rollback: Pick<PromotionRow, "number" | "slotId">,
  heldById: string,
  reason: string,
): Promise<void> {
  if (!rollback.slotId) return;
  const { slotId } = rollback;
  // Whoever releases that one at this moment is waited for, so that the slot is not left without any.
  const [standing] = await c.db
    .select({ id: slotHolds.id })
    .from(slotHolds)
    .where(and(eq(slotHolds.slotId, slotId), isNull(slotHolds.releasedAt)))
    .for("update");
  if (standing) return;
  const held = await c.db
    .insert(slotHolds)
    .values({ slotId, reason, heldById, createdAt: c.now })
    .onConflictDoNothing()
    .returning({ id: slotHolds.id });
  if (held.length === 0) return;
  const to = await readSlot(c.db, slotId);
  const { productId } = to.component;
  c.audit({
    action: "slot.held",
    subject: { type: "slot", id: slotId, label: `${to.component.key} in ${slotName(to)}`, productId },
    after: { heldById, promotion: rollback.number },
    reason,
  });
  const { clientId, environmentId } = to.slot;
  c.announce({ topic: "deployments", id: slotId, productId, clientId, environmentId });
}
