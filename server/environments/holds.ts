import { and, inArray, isNull } from "drizzle-orm";
import { slotHolds } from "@/db/schema";
import type { HoldSlots, ReleaseSlots } from "@/domain/environments/input";
import { conflict } from "@/domain/errors";
import { type Change, change } from "../audit/change";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { startWaiting } from "../deployments/waiting";
import { asPerson } from "../promotions/as-person";
import { type LoadedSlot, readSlot, slotName } from "../promotions/request";

/** All of them or none. From now on nothing but a rollback starts there; what runs already goes on. */
export async function holdSlots(ctx: Context, input: HoldSlots) {
  const { personId } = asPerson(ctx);
  const wanted = await readWanted(ctx, input.slotIds);
  return change(ctx, async (c) => {
    const held = await c.db
      .insert(slotHolds)
      .values(
        wanted.map(({ slot }) => ({
          slotId: slot.id,
          reason: input.reason,
          heldById: personId,
          createdAt: c.now,
        })),
      )
      .onConflictDoNothing()
      .returning({ id: slotHolds.id, slotId: slotHolds.slotId });
    if (held.length === 0) {
      throw conflict(wanted.length === 1 ? "It is held already." : "All of them are held already.");
    }
    await tell(c, "slot.held", wanted, held, input.reason);
    return answerOf(held);
  });
}

/** What waited for the slot is looked at again, and starts where nothing else is in its way. */
export async function releaseSlots(ctx: Context, input: ReleaseSlots) {
  const { personId } = asPerson(ctx);
  const wanted = await readWanted(ctx, input.slotIds);
  return change(ctx, async (c) => {
    const released = await c.db
      .update(slotHolds)
      .set({ releasedById: personId, releasedAt: c.now, releaseReason: input.reason })
      .where(
        and(
          inArray(
            slotHolds.slotId,
            wanted.map(({ slot }) => slot.id),
          ),
          isNull(slotHolds.releasedAt),
          input.holdIds && inArray(slotHolds.id, input.holdIds),
        ),
      )
      .returning({ id: slotHolds.id, slotId: slotHolds.slotId });
    if (released.length === 0) throw conflict("It is not held any more.");
    await tell(c, "slot.released", wanted, released, input.reason);
    return answerOf(released);
  });
}

/** What it changed: slots that were so already are not for whoever takes it back. */
function answerOf(changed: readonly { id: string; slotId: string }[]) {
  return {
    count: changed.length,
    slotIds: changed.map(({ slotId }) => slotId),
    holdIds: changed.map(({ id }) => id),
  };
}

/** In the order of their ids: two who hold the same slots wait for each other instead of blocking each other. */
async function readWanted(ctx: Context, slotIds: readonly string[]): Promise<LoadedSlot[]> {
  const wanted = await Promise.all([...new Set(slotIds)].sort().map((id) => readSlot(ctx.db, id)));
  for (const to of wanted) {
    demand(ctx.actor, "slots.hold", scopeOf(to), { noun: "slot", read: "environments.read" });
  }
  return wanted;
}

async function tell(
  c: Change,
  action: string,
  wanted: readonly LoadedSlot[],
  changed: readonly { slotId: string }[],
  reason: string,
): Promise<void> {
  const ids = new Set(changed.map(({ slotId }) => slotId));
  for (const to of wanted.filter(({ slot }) => ids.has(slot.id))) {
    const { id } = to.slot;
    const label = `${to.component.key} in ${slotName(to)}`;
    c.audit({
      action,
      subject: { type: "slot", id, label, productId: to.component.productId },
      reason,
    });
    c.announce({ topic: "deployments", id, ...scopeOf(to) });
    await startWaiting(c, id);
  }
}

function scopeOf(to: LoadedSlot) {
  return {
    productId: to.component.productId,
    clientId: to.slot.clientId,
    environmentId: to.environment.id,
  };
}
