import path from "node:path";
import { DomainError } from "@/domain/errors";
import { type Change, change } from "../audit/change";
import type { Context } from "../context";
import { failpoint } from "../failpoints";
import { demandStillInForce } from "../policies/in-force";
import { type Brought, readBrought } from "../promotions/contributors";
import { addFoundContributors } from "../promotions/create";
import { type Holder, openOperation, takeOver, updateOperation, whileHeld } from "../promotions/operations";
import { type LoadedPromotion, lockPromotion } from "../promotions/rows";
import { artifactFile, artifactProblem } from "../runner/artifacts";
import { beginDeployment } from "./begin";
import type { Execution } from "./execution";
import { installArtifact, readSlot } from "./gateway";
import { deploymentOf, readInstallationOrder } from "./rows";
import { confirmInstalled, installRefused, outcomeUnknown } from "./settle-install";
import { slotHostOf } from "./slot-host";
import { verifyDeployment } from "./verify";

/** Installs and verifies, from wherever it stands: also after a worker died at any point. */
export async function executeDeployment(
  ctx: Context,
  loaded: LoadedPromotion,
  holder: Holder,
): Promise<void> {
  const { state, kind } = loaded.promotion;
  const brought = state === "ready" && kind === "deploy" ? await readBrought(ctx, loaded) : null;
  const claim = await change(ctx, (c) => claimDeployment(c, loaded, holder, brought));
  if (!claim) return;
  failpoint("K3");
  if (claim.promotion.kind === "rollback") failpoint("K10");
  if (claim.operation.kind === "health_check") return verifyDeployment(ctx, claim);
  const verifying = await install(ctx, claim);
  if (verifying) await verifyDeployment(ctx, verifying);
}

async function claimDeployment(
  c: Change,
  loaded: LoadedPromotion,
  holder: Holder,
  brought: Brought | null,
): Promise<Execution | null> {
  const promotion = await lockPromotion(c.db, loaded.promotion.id);
  if (promotion.state === "ready") {
    await demandStillInForce(c, { promotion, revision: loaded.revision });
    // Before it begins, so that PostgreSQL counts the votes without them.
    await addFoundContributors(c, promotion, brought?.known ?? []);
    const begun = await beginDeployment(c, promotion, holder);
    if (begun && brought && begun.deployment.previousDeploymentId !== brought.over) {
      throw new DomainError("STALE_WRITE", "Something else was deployed there meanwhile.");
    }
    return begun && { ...begun, holder, isResumed: false };
  }
  const open =
    (await openOperation(c.db, promotion.id, "install")) ??
    (await openOperation(c.db, promotion.id, "health_check"));
  const operation = open && (await takeOver(c, open, holder));
  const deployment = await deploymentOf(c.db, promotion.id);
  if (!operation || !deployment) return null;
  const order = await readInstallationOrder(c.db, deployment.slotId, deployment.releaseId);
  return {
    promotion,
    deployment,
    operation,
    order,
    holder,
    isResumed: operation.attempts > 1 || open.state !== "pending",
  };
}

/** Intent, effect, read-back. Null when it did not come to a confirmed installation. */
async function install(ctx: Context, execution: Execution): Promise<Execution | null> {
  const { order, operation, holder } = execution;
  const host = slotHostOf(order.environment);
  if (!host) {
    await change(ctx, (c) => installRefused(c, execution, `${order.environment.name} has no slot host.`));
    return null;
  }
  if (execution.isResumed && operation.state !== "pending") {
    const found = await whileHeld(ctx, operation, holder, () => readSlot(host, order.slot.id));
    failpoint("K8");
    if (found.kind === "confirmed" && found.value?.operation === operation.idempotencyKey) {
      return change(ctx, (c) => confirmInstalled(c, execution));
    }
    if (found.kind === "indeterminate") {
      await change(ctx, (c) => outcomeUnknown(c, execution, "The slot host does not answer."));
      return null;
    }
  }
  const file = artifactFile(path.join(ctx.dataDir, "artifacts"), order.artifact.sha256);
  const problem = await artifactProblem(file, order.release.version);
  if (problem?.isMissing && operation.state === "pending") {
    await change(ctx, (c) => installRefused(c, execution, problem.sentence));
    return null;
  }
  const sent =
    operation.state === "sent"
      ? operation
      : await change(ctx, (c) => updateOperation(c, operation, "sent", holder));
  failpoint("K4");
  if (problem) {
    // An earlier order may still arrive, or the file comes back: whoever can help reads it on the card.
    await change(ctx, (c) => outcomeUnknown(c, { ...execution, operation: sent }, problem.sentence));
    return null;
  }
  const installation = {
    slotId: order.slot.id,
    operationKey: operation.idempotencyKey,
    digest: order.artifact.sha256,
    version: order.release.version,
    schemaVersion: Math.max(order.slot.schemaVersion, order.release.schemaAfter),
    fence: execution.deployment.fence,
    environment: order.environment.key,
    file,
  };
  const outcome = await whileHeld(ctx, sent, holder, () => installArtifact(host, installation));
  failpoint("K6");
  const now = { ...execution, operation: sent };
  if (outcome.kind === "confirmed") return change(ctx, (c) => confirmInstalled(c, now));
  if (outcome.kind === "refused") {
    await change(ctx, (c) => installRefused(c, now, outcome.detail));
    return null;
  }
  const found = await whileHeld(ctx, sent, holder, () => readSlot(host, order.slot.id));
  if (found.kind === "confirmed" && found.value?.operation === operation.idempotencyKey) {
    return change(ctx, (c) => confirmInstalled(c, now));
  }
  const detail = `The slot host did not say whether it installed: ${outcome.detail}`;
  await change(ctx, (c) => outcomeUnknown(c, now, detail, outcome.retryAfter));
  return null;
}
