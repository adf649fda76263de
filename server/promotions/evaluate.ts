import { and, eq, sql } from "drizzle-orm";
import { environments, promotionGates, releases, slots } from "@/db/schema";
import { DomainError } from "@/domain/errors";
import { becameStricter } from "@/domain/policies/stricter";
import { gateInTheWay, waitingState } from "@/domain/promotions/decide";
import { isIn, WAITING_STATES } from "@/domain/promotions/status";
import { type Change, change } from "../audit/change";
import type { Context } from "../context";
import { readHold } from "../environments/read-hold";
import { ensureRun } from "../pipelines/start";
import { closedBranch, type InForce, readInForce } from "../policies/in-force";
import { readInstallation } from "../settings/queries";
import { readBrought, settleUnknown } from "./contributors";
import { addFoundContributors, addRevision } from "./create";
import { needsChecks } from "./gate-checks";
import type { GateResult } from "./gate-result";
import { deployGates } from "./gates-deploy";
import { mergeGates } from "./gates-merge";
import { keepCandidate, type MergeReading, readMerge, sourceChanged } from "./merge-reading";
import { announcePromotion, missingApprovals, movePromotion } from "./move";
import { type LoadedPromotion, lockPromotion, type PromotionRow, readPromotion } from "./rows";

const TRIES = 4;

/**
 * Looks at the facts again and moves a waiting promotion on: new revision where what was decided on has changed,
 * then its gates, then approval or execution. Safe to call at any time and from several processes at once.
 */
export async function evaluatePromotion(ctx: Context, promotionId: string): Promise<PromotionRow> {
  for (let attempt = 1; ; attempt++) {
    const loaded = await readPromotion(ctx.db, promotionId);
    if (!isIn(loaded.promotion.state, WAITING_STATES)) return loaded.promotion;
    try {
      return loaded.promotion.kind === "merge"
        ? await evaluateMerge(ctx, loaded)
        : await evaluateDeploy(ctx, loaded);
    } catch (error) {
      const moved = error instanceof DomainError && error.code === "STALE_WRITE";
      if (!moved || attempt >= TRIES) throw error;
    }
  }
}

async function evaluateMerge(ctx: Context, loaded: LoadedPromotion): Promise<PromotionRow> {
  const reading = await readMerge(ctx, loaded);
  await reading.keepRef?.();
  const installation = await readInstallation(ctx.db);
  let needsRun = false;
  const next = await change(ctx, async (c) => {
    let promotion = await lockUnchanged(c, loaded.promotion);
    const inForce = await readInForce(c.db, loaded);
    const why = whyAnew(sourceChanged(loaded, reading), inForce);
    if (why) promotion = await revise(c, loaded, inForce, reading, why);
    else await addFoundContributors(c, promotion, reading.contributors);
    if (reading.merge) await keepCandidate(c, promotion, reading);
    const gates = await mergeGates(
      c.db,
      promotion.repositoryId,
      inForce.rules,
      {
        ...reading,
        sourceBranch: promotion.sourceBranch ?? "",
        targetBranch: promotion.targetBranch ?? "",
        closed: inForce.policy ? null : closedBranch(promotion.targetBranch ?? ""),
      },
      installation?.isRunnerEnabled ?? false,
    );
    needsRun = needsChecks(inForce.rules);
    return settle(c, promotion, gates);
  });
  if (needsRun && reading.merge?.treeOid && reading.merge.commitSha && next.state === "gating") {
    await ensureRun(ctx, {
      repositoryId: next.repositoryId,
      commitSha: reading.merge.commitSha,
      treeOid: reading.merge.treeOid,
      ref: `refs/heads/${next.targetBranch}`,
      trigger: "candidate",
      requestedById: null,
    });
  }
  return next;
}

async function evaluateDeploy(ctx: Context, loaded: LoadedPromotion): Promise<PromotionRow> {
  const brought = loaded.promotion.kind === "deploy" ? await readBrought(ctx, loaded) : null;
  const settled = await settleUnknown(ctx.db, loaded.revision.unknownContributors);
  const unknown = [...settled.unknown, ...(brought?.unknown ?? [])];
  return change(ctx, async (c) => {
    let promotion = await lockUnchanged(c, loaded.promotion);
    // What was rolled back meanwhile comes back with it, and so do the hands that made it.
    await addFoundContributors(c, promotion, [...(brought?.known ?? []), ...settled.known]);
    const inForce = await readInForce(c.db, loaded);
    const why = whyAnew(null, inForce);
    if (why) promotion = await revise(c, loaded, inForce, null, why);
    const [facts] = await c.db
      .select({ release: releases, slot: slots, environment: environments })
      .from(slots)
      .innerJoin(environments, eq(environments.id, slots.environmentId))
      .innerJoin(releases, eq(releases.id, sql`${promotion.releaseId}::uuid`))
      .where(eq(slots.id, promotion.slotId ?? ""));
    if (!facts) throw new Error(`promotion ${promotion.id} has no slot or release`);
    const gates = await deployGates(c.db, inForce.rules, {
      ...facts,
      unknownContributors: [...new Set(unknown)],
      hold: await readHold(c.db, facts.slot.id),
      isRollback: promotion.kind === "rollback",
    });
    return settle(c, promotion, gates);
  });
}

async function lockUnchanged(c: Change, seen: PromotionRow): Promise<PromotionRow> {
  const promotion = await lockPromotion(c.db, seen.id);
  if (promotion.version !== seen.version)
    throw new DomainError("STALE_WRITE", "The promotion has moved on meanwhile.");
  return promotion;
}

/** Why what is decided on, or what decides it, is no longer what people voted on; null when it still is. */
function whyAnew(changed: string | null, { stricter }: InForce): string | null {
  const reasons = [changed, stricter.length > 0 ? becameStricter(stricter) : null];
  return reasons.filter((reason) => reason !== null).join("; ") || null;
}

/** Votes of the old revision stop counting: they are bound to it. A policy that asks for less changes nothing. */
async function revise(
  c: Change,
  loaded: LoadedPromotion,
  inForce: InForce,
  reading: MergeReading | null,
  reason: string,
): Promise<PromotionRow> {
  const { promotion } = loaded;
  const revision = promotion.revision + 1;
  const isStricter = inForce.stricter.length > 0;
  const policy = { ...((isStricter && inForce.policy) || loaded.policy), rules: inForce.rules };
  await addRevision(
    c,
    promotion,
    revision,
    policy,
    {
      sourceSha: reading?.sourceSha ?? loaded.revision.sourceSha,
      boundTargetSha: reading && policy.rules.onTargetMoved === "revote" ? reading.targetSha : null,
      releaseDigest: loaded.revision.releaseDigest,
      contributors: reading?.contributors ?? [],
      unknownContributors: reading?.unknownContributors ?? loaded.revision.unknownContributors,
    },
    reason,
  );
  const facts = isStricter ? { policy: `${policy.key} v${policy.version}` } : {};
  return movePromotion(c, promotion, "gating", { revision }, { action: "promotion.revised", reason, facts });
}

/** Writes the gates down and moves the promotion to where they and the votes put it. Nothing moves: nothing is written. */
async function settle(c: Change, promotion: PromotionRow, gates: GateResult[]): Promise<PromotionRow> {
  const changed = await writeGates(c, promotion, gates);
  const missing = await missingApprovals(c, promotion);
  const state = waitingState(gates, missing);
  const blocked = state === "gating" ? gateInTheWay(gates) : null;
  const patch = {
    outcomeCode: blocked?.status === "fail" ? "GATES_OPEN" : null,
    outcomeText: blocked?.detail ?? null,
  };
  if (state !== promotion.state || patch.outcomeText !== promotion.outcomeText) {
    const told =
      state === promotion.state
        ? { action: "promotion.gates_changed" }
        : { facts: { gates: Object.fromEntries(gates.map((gate) => [gate.key, gate.status])) } };
    const next = await movePromotion(c, promotion, state, patch, told);
    if (state === "ready")
      await c.enqueue("promotions.execute", { promotionId: promotion.id }, { priority: -20 });
    return next;
  }
  if (changed) announcePromotion(c, promotion);
  return promotion;
}

async function writeGates(c: Change, promotion: PromotionRow, gates: GateResult[]): Promise<boolean> {
  const mine = and(
    eq(promotionGates.promotionId, promotion.id),
    eq(promotionGates.revision, promotion.revision),
  );
  const before = await c.db.select().from(promotionGates).where(mine);
  const told = (gate: { key: string; status: string; detail: string }) =>
    `${gate.key}|${gate.status}|${gate.detail}`;
  const old = new Set(before.map(told));
  if (before.length === gates.length && gates.every((gate) => old.has(told(gate)))) return false;
  await c.db.delete(promotionGates).where(mine);
  await c.db.insert(promotionGates).values(
    gates.map((gate) => ({
      promotionId: promotion.id,
      revision: promotion.revision,
      ...gate,
      evaluatedAt: c.now,
    })),
  );
  return true;
}
