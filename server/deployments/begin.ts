import { eq } from "drizzle-orm";
import { deployments, slots } from "@/db/schema";
import type { Change } from "../audit/change";
import { movePromotion } from "../promotions/move";
import { type Holder, intend, type OperationRow } from "../promotions/operations";
import type { PromotionRow } from "../promotions/rows";
import { activeDeployment, type DeploymentRow, type InstallationOrder, readInstallationOrder } from "./rows";

export type Begun = {
  promotion: PromotionRow;
  deployment: DeploymentRow;
  operation: OperationRow;
  order: InstallationOrder;
};

/**
 * Takes the slot for a ready promotion: raises its fence, writes the deployment (the slot's lock) and the intent to install.
 * Null when something else is being deployed there; the promotion stays ready and starts when the slot is free.
 */
export async function beginDeployment(
  c: Change,
  promotion: PromotionRow,
  holder: Holder | null,
): Promise<Begun | null> {
  const slotId = promotion.slotId ?? "";
  await c.db.select({ id: slots.id }).from(slots).where(eq(slots.id, slotId)).for("update");
  if (await activeDeployment(c.db, slotId)) return null;
  const order = await readInstallationOrder(c.db, slotId, promotion.releaseId ?? "");
  const fence = order.slot.fence + 1;
  await c.db.update(slots).set({ fence }).where(eq(slots.id, slotId));
  const executing = await movePromotion(c, promotion, "executing");
  const [deployment] = await c.db
    .insert(deployments)
    .values({
      slotId,
      promotionId: promotion.id,
      attempt: promotion.attempt,
      releaseId: order.release.id,
      artifactSha256: order.artifact.sha256,
      fence,
      previousDeploymentId: order.slot.currentDeploymentId,
      createdAt: c.now,
    })
    .returning();
  if (!deployment) throw new Error("insert returned no row");
  const operation = await intend(
    c,
    {
      promotionId: promotion.id,
      kind: "install",
      idempotencyKey: `${promotion.number}/a${promotion.attempt}/install/${order.artifact.sha256}`,
      expected: { slotId, digest: order.artifact.sha256, version: order.release.version, fence },
    },
    holder,
  );
  return { promotion: executing, deployment, operation, order };
}
