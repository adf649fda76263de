import { eq } from "drizzle-orm";
import { slots } from "@/db/schema";
import type { Change } from "../audit/change";
import { movePromotion } from "../promotions/move";
import { intend, letGo, pauseAfter, updateOperation } from "../promotions/operations";
import { lockPromotion } from "../promotions/rows";
import type { Execution } from "./execution";
import { moveDeployment } from "./move";
import { settleRollback } from "./rollback";
import { startWaiting } from "./waiting";

const RETRY_AT_MOST_SECONDS = 30;
/** A host may ask for more time than that, within reason. */
const OBEY_AT_MOST_SECONDS = 3_600;

/** The artifact is there: the schema is what the release leaves, and verification begins under the same holder. */
export async function confirmInstalled(c: Change, execution: Execution): Promise<Execution> {
  const { order, holder } = execution;
  let promotion = await lockPromotion(c.db, execution.promotion.id);
  await updateOperation(c, execution.operation, "confirmed", holder, { digest: order.artifact.sha256 });
  const schemaVersion = Math.max(order.slot.schemaVersion, order.release.schemaAfter);
  await c.db.update(slots).set({ schemaVersion }).where(eq(slots.id, order.slot.id));
  const deployment = await moveDeployment(c, execution.deployment, "verifying");
  promotion = await movePromotion(c, promotion, "verifying");
  const operation = await intend(
    c,
    {
      promotionId: promotion.id,
      kind: "health_check",
      idempotencyKey: `${promotion.number}/a${promotion.attempt}/health`,
      expected: { slotId: order.slot.id, health: order.artifact.health },
    },
    holder,
  );
  return {
    ...execution,
    promotion,
    deployment,
    operation: await updateOperation(c, operation, "sent", holder),
  };
}

/** The host refused and nothing was changed there. */
export async function installRefused(c: Change, execution: Execution, detail: string): Promise<void> {
  const promotion = await lockPromotion(c.db, execution.promotion.id);
  await updateOperation(c, execution.operation, "refused", execution.holder, { detail });
  await moveDeployment(c, execution.deployment, "failed", detail);
  if (promotion.kind === "rollback" && promotion.requestedById === null) {
    const failed = await movePromotion(c, promotion, "failed", {
      outcomeCode: "INSTALL_REFUSED",
      outcomeText: detail,
    });
    await settleRollback(c, failed, "needs_human", `The rollback was refused: ${detail}`);
    await startWaiting(c, execution.order.slot.id);
    return;
  }
  await movePromotion(c, promotion, "failed", { outcomeCode: "INSTALL_REFUSED", outcomeText: detail });
  await startWaiting(c, execution.order.slot.id);
}

/**
 * Nobody knows whether it happened: people see it, and it is asked for again until the host says, ever less often.
 * `retryAfter`: the seconds that the host asked for.
 */
export async function outcomeUnknown(
  c: Change,
  execution: Execution,
  detail: string,
  retryAfter = 0,
): Promise<void> {
  const { operation, holder } = execution;
  const seconds = Math.max(
    pauseAfter(operation, RETRY_AT_MOST_SECONDS),
    Math.min(retryAfter, OBEY_AT_MOST_SECONDS),
  );
  const again = new Date(c.now.getTime() + seconds * 1000);
  const promotion = await lockPromotion(c.db, execution.promotion.id);
  if (operation.state !== "unknown") await updateOperation(c, operation, "unknown", holder, { detail });
  await letGo(c, operation, again);
  if (promotion.state !== "unknown") {
    await moveDeployment(c, execution.deployment, "unknown", detail);
    await movePromotion(c, promotion, "unknown", {
      outcomeCode: "UNKNOWN",
      outcomeText: `${detail} Clearway keeps asking.`,
    });
  }
  await c.enqueue("promotions.execute", { promotionId: promotion.id }, { runAt: again });
}
