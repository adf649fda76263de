import { eq } from "drizzle-orm";
import { environments, promotions } from "@/db/schema";
import { change } from "../audit/change";
import type { Context } from "../context";
import { takePlace } from "../deployments/bulkhead";
import { executePromotion } from "./execute";

const NEXT_TRY_MS = 1_000;

/** Executes a promotion, unless its slot host has all hands already that this process may give to it: then later. */
export async function executeInTurn(
  ctx: Context,
  payload: { promotionId: string },
  lease: { seconds: number; signal: AbortSignal },
): Promise<void> {
  const [at] = await ctx.db
    .select({ host: environments.slotHostUrl, clientId: promotions.clientId })
    .from(promotions)
    .innerJoin(environments, eq(environments.id, promotions.environmentId))
    .where(eq(promotions.id, payload.promotionId));
  const leave = at?.host ? takePlace(at.host, at.clientId) : () => undefined;
  if (!leave) {
    return change(ctx, (c) =>
      c.enqueue("promotions.execute", payload, { runAt: new Date(c.now.getTime() + NEXT_TRY_MS) }),
    );
  }
  try {
    await executePromotion(ctx, payload, lease.seconds, lease.signal);
  } finally {
    leave();
  }
}
