import { and, eq } from "drizzle-orm";
import { deployments, promotionGates, releases } from "@/db/schema";
import { schemaAllows } from "@/domain/promotions/decide";
import type { Change } from "../audit/change";
import { holdAfterRollback } from "../environments/hold-after-rollback";
import { policyForEnvironment } from "../policies/queries";
import { createPromotion } from "../promotions/create";
import { deployGates } from "../promotions/gates-deploy";
import { movePromotion } from "../promotions/move";
import { lockPromotion, type PromotionRow } from "../promotions/rows";
import { withdraw } from "../releases/withdraw";
import { beginDeployment } from "./begin";
import type { Execution } from "./execution";
import { moveDeployment } from "./move";
import { type DeploymentRow, readDeployment } from "./rows";
import { startWaiting } from "./waiting";

type Release = typeof releases.$inferSelect;

/**
 * After a post-deployment check failed: back by itself where the policy says so and the old release understands
 * the live schema; otherwise a person decides, and the promotion says why. No data is never a reason to roll back.
 */
export async function decideAfterFailure(
  c: Change,
  execution: Execution,
  isUnhealthy: boolean,
  detail: string,
): Promise<void> {
  const { order } = execution;
  const promotion = await lockPromotion(c.db, execution.promotion.id);
  const failed = await moveDeployment(c, execution.deployment, "failed", detail);
  if (promotion.kind === "rollback") {
    const outcomeText = `The release that was rolled back to is not healthy either: ${detail}`;
    await movePromotion(c, promotion, "needs_human", { outcomeCode: "ROLLBACK_FAILED", outcomeText });
    await settleRollback(c, promotion, "needs_human", outcomeText);
    await startWaiting(c, order.slot.id);
    return;
  }
  const policy = await policyForEnvironment(c.db, order.environment.id);
  const previous = await previousRelease(c, failed);
  const obstacle = !isUnhealthy
    ? `The health address gave no answer, which is no proof of failure: ${detail}`
    : whyNotByItself(order, policy?.rules.rollsBackAutomatically ?? false, previous);
  if (obstacle || !previous || !policy) {
    const code =
      isUnhealthy && previous && !schemaAllows(previous, liveSchema(order))
        ? "ROLLBACK_SCHEMA_INCOMPATIBLE"
        : "NEEDS_HUMAN";
    await movePromotion(c, promotion, "needs_human", {
      outcomeCode: code,
      outcomeText: `The post-deployment check failed: ${detail} ${obstacle ?? ""}`.trim(),
    });
    await startWaiting(c, order.slot.id);
    return;
  }
  const rolling = await movePromotion(c, promotion, "rolling_back", {
    outcomeCode: "HEALTH_CHECK_FAILED",
    outcomeText: `The post-deployment check failed: ${detail} Going back to ${previous.version}.`,
  });
  await withdraw(
    c,
    order.release,
    `its post-deployment check failed in ${order.environment.name}: ${detail}`,
  );
  await beginRollback(c, execution, rolling, previous, policy);
}

async function previousRelease(c: Change, failed: DeploymentRow): Promise<Release | null> {
  const before = await readDeployment(c.db, failed.previousDeploymentId);
  if (!before) return null;
  const [release] = await c.db.select().from(releases).where(eq(releases.id, before.releaseId));
  return release ?? null;
}

/** What the failed release's migrations have left: they are not undone by installing older code. */
function liveSchema(order: Execution["order"]): number {
  return Math.max(order.slot.schemaVersion, order.release.schemaAfter);
}

function whyNotByItself(
  order: Execution["order"],
  isAutomatic: boolean,
  previous: Release | null,
): string | null {
  const live = liveSchema(order);
  if (!previous) return "Nothing ran here before, so there is nothing to go back to.";
  if (previous.withdrawnAt) return `${previous.version}, which ran before, was withdrawn.`;
  if (!schemaAllows(previous, live)) {
    return `${previous.version} works with schema ${previous.schemaMin} to ${previous.schemaMax}, but ${live} is live. A person decides: fix forward, or migrate down by hand.`;
  }
  return isAutomatic ? null : "The policy leaves the rollback to a person.";
}

/** The rollback is a promotion of its own: in this one transaction the failed deployment lets the slot go and it takes it. */
async function beginRollback(
  c: Change,
  { order }: Execution,
  original: PromotionRow,
  previous: Release,
  policy: NonNullable<Awaited<ReturnType<typeof policyForEnvironment>>>,
): Promise<void> {
  const system = { ...c, actor: { kind: "system", task: "rollback" } as const };
  const rollback = await createPromotion(
    system,
    {
      kind: "rollback",
      title: `Roll ${order.component.key} in ${order.environment.name} back to ${previous.version}`,
      productId: original.productId,
      repositoryId: original.repositoryId,
      environmentId: original.environmentId,
      clientId: original.clientId,
      slotId: original.slotId,
      releaseId: previous.id,
      rollsBackId: original.id,
      requestedById: null,
      withdrawsRelease: true,
      reason: `#${original.number} failed its post-deployment check`,
    },
    policy,
    {
      sourceSha: previous.sourceSha,
      boundTargetSha: null,
      releaseDigest: previous.digest,
      contributors: [],
      unknownContributors: [],
    },
  );
  const gates = await deployGates(c.db, policy.rules, {
    release: previous,
    slot: { ...order.slot, schemaVersion: liveSchema(order) },
    environment: order.environment,
    unknownContributors: [],
    hold: null,
    isRollback: true,
  });
  await c.db
    .insert(promotionGates)
    .values(gates.map((gate) => ({ promotionId: rollback.id, revision: 1, ...gate, evaluatedAt: c.now })));
  const ready = await movePromotion(c, rollback, "ready");
  await beginDeployment(c, ready, null);
  await c.enqueue("promotions.execute", { promotionId: rollback.id }, { priority: -30 });
}

/** The rollback has ended: so does what it rolled back. */
export async function settleRollback(
  c: Change,
  rollback: PromotionRow,
  to: "rolled_back" | "needs_human",
  outcomeText: string,
): Promise<void> {
  if (!rollback.rollsBackId) return;
  const original = await lockPromotion(c.db, rollback.rollsBackId);
  const [deployment] = await c.db
    .select()
    .from(deployments)
    .where(and(eq(deployments.promotionId, original.id), eq(deployments.attempt, original.attempt)));
  if (original.state === "rolling_back") {
    await movePromotion(c, original, to, {
      outcomeCode: to === "rolled_back" ? "ROLLED_BACK" : "ROLLBACK_FAILED",
      outcomeText: to === "rolled_back" ? `${original.outcomeText ?? ""} ${outcomeText}`.trim() : outcomeText,
    });
  } else if (to === "rolled_back" && original.state === "needs_human") {
    await movePromotion(c, original, "rolled_back", { outcomeCode: "ROLLED_BACK", outcomeText });
  }
  if (to !== "rolled_back" || !deployment) return;
  if (deployment.state === "failed") await moveDeployment(c, deployment, "rolled_back");
  const [left] = await c.db.select().from(releases).where(eq(releases.id, deployment.releaseId));
  if (rollback.requestedById === null || !left) return;
  const reason = rollback.reason ?? "no reason given";
  if (rollback.withdrawsRelease) await withdraw(c, left, `it was rolled back: ${reason}`);
  // Withdrawn meanwhile, it does not come back: the slot stays open for the fix.
  else if (!left.withdrawnAt) {
    await holdAfterRollback(
      c,
      rollback,
      rollback.requestedById,
      `${left.version} was rolled back: ${reason}`,
    );
  }
}
