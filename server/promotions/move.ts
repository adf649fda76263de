import { and, eq, sql } from "drizzle-orm";
import { promotions } from "@/db/schema";
import { DomainError } from "@/domain/errors";
import type { PromotionState } from "@/domain/promotions/status";
import { ENDED_STATES, isIn } from "@/domain/promotions/status";
import type { Change } from "../audit/change";
import type { PromotionRow } from "./rows";

type Patch = Partial<
  Pick<PromotionRow, "revision" | "attempt" | "outcomeCode" | "outcomeText" | "supersededById" | "expiresAt">
>;

const ACTIONS: Record<PromotionState, string> = {
  gating: "promotion.gated",
  awaiting_approval: "promotion.asked_for_approval",
  ready: "promotion.made_ready",
  executing: "promotion.started",
  verifying: "promotion.verifying",
  unknown: "promotion.became_unknown",
  succeeded: "promotion.succeeded",
  failed: "promotion.failed",
  rolling_back: "promotion.rolling_back",
  rolled_back: "promotion.rolled_back",
  needs_human: "promotion.needs_human",
  rejected: "promotion.rejected",
  cancelled: "promotion.cancelled",
  superseded: "promotion.superseded",
  expired: "promotion.expired",
};

/**
 * The only way a promotion changes state: optimistic lock, audit row and live event in one place.
 * The database refuses transitions that are not legal and starts that are not allowed.
 */
export async function movePromotion(
  c: Change,
  current: PromotionRow,
  to: PromotionState,
  patch: Patch = {},
  told: { action?: string; reason?: string | undefined; facts?: Record<string, unknown> } = {},
): Promise<PromotionRow> {
  const [next] = await c.db
    .update(promotions)
    .set({
      outcomeCode: null,
      outcomeText: null,
      ...patch,
      state: to,
      version: current.version + 1,
      updatedAt: c.now,
      ...(to === "ready" ? { readyAt: c.now } : {}),
      ...(to === "executing" && current.state === "ready" ? { startedAt: c.now } : {}),
      ...(isIn(to, ENDED_STATES) ? { endedAt: c.now } : current.endedAt ? { endedAt: null } : {}),
    })
    .where(and(eq(promotions.id, current.id), eq(promotions.version, current.version)))
    .returning();
  if (!next) throw new DomainError("STALE_WRITE", "Somebody else changed this promotion first. Look again.");
  c.audit({
    action: told.action ?? ACTIONS[to],
    subject: promotionSubject(current),
    before: { state: current.state, revision: current.revision },
    after: {
      state: next.state,
      revision: next.revision,
      ...(next.outcomeCode ? { outcome: next.outcomeCode } : {}),
      ...(next.outcomeText ? { detail: next.outcomeText } : {}),
      ...told.facts,
    },
    reason: told.reason,
  });
  announcePromotion(c, next);
  return next;
}

export function promotionSubject(promotion: PromotionRow) {
  return {
    type: "promotion",
    id: promotion.id,
    label: `#${promotion.number} ${promotion.title}`,
    productId: promotion.productId,
  };
}

export function announcePromotion(c: Change, promotion: PromotionRow): void {
  const scope = {
    productId: promotion.productId,
    environmentId: promotion.environmentId,
    clientId: promotion.clientId,
  };
  c.announce({ topic: "promotions", id: promotion.id, ...scope });
  if (promotion.pullRequestId) c.announce({ topic: "pullRequests", id: promotion.pullRequestId, ...scope });
  if (promotion.slotId) c.announce({ topic: "deployments", id: promotion.slotId, ...scope });
}

/** What the database says is missing, counted over live votes, live grants and known contributors. */
export async function missingApprovals(c: Change, promotion: PromotionRow): Promise<number> {
  const { rows } = await c.db.execute<{ missing: number }>(
    sql`select promotion_missing_approvals(p) as missing from promotions p where p.id = ${promotion.id}`,
  );
  return rows[0]?.missing ?? 1;
}
