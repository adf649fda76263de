import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { operations } from "@/db/schema";
import { DomainError } from "@/domain/errors";
import { change } from "../audit/change";
import type { Context } from "../context";
import { executeDeployment } from "../deployments/execute";
import { evaluatePromotion } from "./evaluate";
import { executeMerge } from "./execute-merge";
import type { Holder } from "./operations";
import { readPromotion } from "./rows";

/** Refusals at the start that mean "look at the gates again", not "something is broken". */
const BACK_TO_GATES = [
  "GATES_OPEN",
  "APPROVALS_MISSING",
  "RELEASE_WITHDRAWN",
  "ENVIRONMENT_CLOSED",
  "ENVIRONMENT_RETIRED",
  "SLOT_HELD",
  "REJECTED",
];
/** Another worker is on it, or was quicker. */
const LOST_RACE = ["STALE_FENCE", "STALE_WRITE", "SLOT_BUSY"];

/**
 * Carries a ready promotion out, or goes on with one whose worker died. Any number of processes may call it at once:
 * the row lock, the lease and the fence let one of them act.
 */
export async function executePromotion(
  ctx: Context,
  { promotionId }: { promotionId: string },
  leaseSeconds: number,
): Promise<void> {
  const holder: Holder = { id: randomUUID(), leaseSeconds };
  const loaded = await readPromotion(ctx.db, promotionId);
  try {
    if (loaded.promotion.kind === "merge") await executeMerge(ctx, loaded, holder);
    else await executeDeployment(ctx, loaded, holder);
  } catch (error) {
    await release(ctx, holder);
    if (error instanceof DomainError && LOST_RACE.includes(error.code)) return;
    if (error instanceof DomainError && BACK_TO_GATES.includes(error.code)) {
      await evaluatePromotion(ctx, promotionId);
      return;
    }
    throw error;
  }
}

/** An error is no death: the next try need not wait for the lease to run out. Touches what this holder holds only. */
async function release(ctx: Context, holder: Holder): Promise<void> {
  await change(ctx, async (c) => {
    await c.db
      .update(operations)
      .set({ leaseUntil: c.now })
      .where(and(eq(operations.workerId, holder.id), eq(operations.isSettled, false)));
  }).catch(() => undefined);
}
