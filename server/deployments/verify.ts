import { setTimeout as sleep } from "node:timers/promises";
import { and, count, eq, ne } from "drizzle-orm";
import { deploymentChecks, deployments, slots } from "@/db/schema";
import { type Change, change } from "../audit/change";
import type { Context } from "../context";
import { failpoint } from "../failpoints";
import { announcePromotion, movePromotion } from "../promotions/move";
import {
  HolderLeaves,
  type OperationRow,
  staleFence,
  updateOperation,
  whileHeld,
} from "../promotions/operations";
import { readSlot, slotName } from "../promotions/request";
import { lockPromotion } from "../promotions/rows";
import type { Execution } from "./execution";
import { checkHealth, type HealthReading } from "./gateway";
import { moveDeployment } from "./move";
import { decideAfterFailure, settleRollback } from "./rollback";
import { slotHostOf } from "./slot-host";
import { startWaiting } from "./waiting";

type Verdict = { kind: "healthy" | "unhealthy" | "inconclusive"; detail: string };

/** Asks the slot's health address as the sealed release says. Each answer is written down; a new worker goes on counting. */
export async function verifyDeployment(ctx: Context, execution: Execution): Promise<void> {
  const { health } = execution.order.artifact;
  const [made] = await ctx.db
    .select({ count: count() })
    .from(deploymentChecks)
    .where(eq(deploymentChecks.deploymentId, execution.deployment.id));
  let operation = execution.operation;
  let verdict: Verdict = { kind: "inconclusive", detail: "The health address was never asked." };
  for (let attempt = (made?.count ?? 0) + 1; attempt <= Math.max(health.attempts, 1); attempt++) {
    // An answer may take longer than the lease: another worker would begin at the first check again, for ever.
    verdict = await whileHeld(ctx, operation, execution.holder, () => check(execution));
    const { kind } = verdict;
    operation = await change(ctx, (c) => recordCheck(c, execution, operation, attempt, verdict));
    failpoint("K9");
    if (kind === "healthy") break;
    if (attempt < health.attempts && !ctx.at)
      operation = await pause(ctx, execution, operation, health.intervalSeconds);
  }
  if ((made?.count ?? 0) >= health.attempts) verdict = await lastVerdict(ctx, execution);
  await change(ctx, (c) => settle(c, { ...execution, operation }, verdict));
  failpoint("K7");
}

/** Waits between two checks without losing the lease, however long the interval is. A process that ends does not wait. */
async function pause(
  ctx: Context,
  { holder }: Execution,
  operation: OperationRow,
  seconds: number,
): Promise<OperationRow> {
  let held = operation;
  for (let left = seconds; left > 0; left -= holder.leaseSeconds / 3) {
    await sleep(Math.min(left, holder.leaseSeconds / 3) * 1000, undefined, { signal: holder.signal }).catch(
      () => undefined,
    );
    if (holder.signal?.aborted) throw new HolderLeaves();
    held = await change(ctx, (c) => updateOperation(c, held, "sent", holder));
  }
  return held;
}

async function check({ order }: Execution): Promise<Verdict> {
  const host = slotHostOf(order.environment);
  if (!host) return { kind: "inconclusive", detail: `${order.environment.name} has no slot host.` };
  const { path, timeoutSeconds } = order.artifact.health;
  const answer = await checkHealth(host, order.slot.id, { path, timeoutMs: timeoutSeconds * 1000 });
  switch (answer.kind) {
    case "confirmed":
      return verdictOf(answer.value, order.artifact.sha256, path);
    case "refused":
      return { kind: "unhealthy", detail: answer.detail };
    case "indeterminate":
      return { kind: "inconclusive", detail: answer.detail };
  }
}

/** An address that answers for other bytes than were installed says nothing of these. */
function verdictOf(
  { healthy, httpStatus, status, reason, digest }: HealthReading,
  sha256: string,
  path: string,
): Verdict {
  const told = `${path} answered ${httpStatus}: ${status}.`;
  if (digest !== null && digest !== sha256) {
    return {
      kind: "inconclusive",
      detail: `${path} answers for ${digest.slice(0, 8)}, not for what was installed.`,
    };
  }
  return healthy ? { kind: "healthy", detail: told } : { kind: "unhealthy", detail: reason ?? told };
}

/** All the checks were made before the worker died: the last one decides. */
async function lastVerdict(ctx: Context, execution: Execution): Promise<Verdict> {
  const rows = await ctx.db
    .select()
    .from(deploymentChecks)
    .where(eq(deploymentChecks.deploymentId, execution.deployment.id))
    .orderBy(deploymentChecks.attempt);
  const last = rows.at(-1);
  if (!last) return { kind: "inconclusive", detail: "No check was made." };
  if (!last.isConclusive) return { kind: "inconclusive", detail: last.detail };
  return { kind: last.isHealthy ? "healthy" : "unhealthy", detail: last.detail };
}

async function recordCheck(
  c: Change,
  execution: Execution,
  operation: OperationRow,
  attempt: number,
  { kind, detail }: Verdict,
): Promise<OperationRow> {
  const renewed = await updateOperation(c, operation, "sent", execution.holder);
  await c.db.insert(deploymentChecks).values({
    deploymentId: execution.deployment.id,
    attempt,
    isHealthy: kind === "healthy",
    isConclusive: kind !== "inconclusive",
    detail,
    checkedAt: c.now,
  });
  announcePromotion(c, execution.promotion);
  return renewed;
}

async function settle(c: Change, execution: Execution, verdict: Verdict): Promise<void> {
  const { kind, detail } = verdict;
  await lockPromotion(c.db, execution.promotion.id);
  await updateOperation(
    c,
    execution.operation,
    kind === "healthy" ? "confirmed" : "refused",
    execution.holder,
    { detail },
  );
  if (kind === "healthy") return becomeLive(c, execution);
  await decideAfterFailure(c, execution, kind === "unhealthy", detail);
}

/** The deployment becomes what runs in its slot, unless a later one has taken the slot since. */
async function becomeLive(c: Change, execution: Execution): Promise<void> {
  const { order } = execution;
  const promotion = await lockPromotion(c.db, execution.promotion.id);
  const live = await moveDeployment(c, execution.deployment, "live");
  const older = await c.db
    .select()
    .from(deployments)
    .where(
      and(eq(deployments.slotId, live.slotId), eq(deployments.state, "live"), ne(deployments.id, live.id)),
    )
    .for("update");
  for (const one of older) await moveDeployment(c, one, "superseded");
  const [slot] = await c.db
    .update(slots)
    .set({ currentDeploymentId: live.id })
    .where(and(eq(slots.id, live.slotId), eq(slots.fence, live.fence)))
    .returning({ id: slots.id });
  if (!slot) throw staleFence();
  const { client } = await readSlot(c.db, live.slotId);
  const outcomeText = `${order.release.version} runs in ${slotName({ environment: order.environment, client })}, verified.`;
  const done = await movePromotion(c, promotion, "succeeded", { outcomeCode: "LIVE", outcomeText });
  if (done.kind === "rollback")
    await settleRollback(c, done, "rolled_back", `Rolled back to ${order.release.version}.`);
  await c.enqueue("deployments.follow", { deploymentId: live.id });
  await startWaiting(c, live.slotId);
}
