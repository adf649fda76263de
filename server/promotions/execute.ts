import { randomUUID } from "node:crypto";
import { and, eq, inArray } from "drizzle-orm";
import { operations } from "@/db/schema";
import { DomainError } from "@/domain/errors";
import { change } from "../audit/change";
import type { Context } from "../context";
import { executeDeployment } from "../deployments/execute";
import { evaluatePromotion } from "./evaluate";
import { executeMerge } from "./execute-merge";
import { type Holder, HolderLeaves } from "./operations";
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
  signal?: AbortSignal,
): Promise<void> {
  if (signal?.aborted) return handOver(ctx, promotionId);
  const holder: Holder = { id: randomUUID(), leaseSeconds, ...(signal ? { signal } : {}) };
  held.set(holder.id, promotionId);
  const loaded = await readPromotion(ctx.db, promotionId);
  try {
    if (loaded.promotion.kind === "merge") await executeMerge(ctx, loaded, holder);
    else await executeDeployment(ctx, loaded, holder);
  } catch (error) {
    await release(ctx, [holder.id]);
    if (error instanceof HolderLeaves) return handOver(ctx, promotionId);
    if (error instanceof DomainError && LOST_RACE.includes(error.code)) return;
    if (error instanceof DomainError && BACK_TO_GATES.includes(error.code)) {
      await evaluatePromotion(ctx, promotionId);
      return;
    }
    throw error;
  } finally {
    held.delete(holder.id);
  }
}

/** What this process is carrying out: promotions by holder. */
const held = new Map<string, string>();

/**
 * The process ends although something it asks for has not answered: another one may take it over at once. Whatever
 * comes of it here afterwards is dropped by its fence, and its key keeps the effect from happening twice.
 */
export async function leaveAll(ctx: Context): Promise<void> {
  const left = [...held];
  if (left.length === 0) return;
  await release(
    ctx,
    left.map(([id]) => id),
  );
  for (const [, promotionId] of left) await handOver(ctx, promotionId);
}

async function handOver(ctx: Context, promotionId: string): Promise<void> {
  await change(ctx, (c) => c.enqueue("promotions.execute", { promotionId }));
}

/** An error is no death: the next try need not wait for the lease to run out. Touches what these holders hold only. */
async function release(ctx: Context, holderIds: string[]): Promise<void> {
  await change(ctx, async (c) => {
    await c.db
      .update(operations)
      .set({ leaseUntil: c.now })
      .where(and(inArray(operations.workerId, holderIds), eq(operations.isSettled, false)));
  }).catch(() => undefined);
}
