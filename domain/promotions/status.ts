export const PROMOTION_KINDS = ["merge", "deploy", "rollback"] as const;
export type PromotionKind = (typeof PROMOTION_KINDS)[number];

export const PROMOTION_STATES = [
  "gating",
  "awaiting_approval",
  "ready",
  "executing",
  "verifying",
  "unknown",
  "succeeded",
  "failed",
  "rolling_back",
  "rolled_back",
  "needs_human",
  "rejected",
  "cancelled",
  "superseded",
  "expired",
] as const;
export type PromotionState = (typeof PROMOTION_STATES)[number];

/**
 * The legal transitions; the database holds the same list (state_transitions) and refuses every other one.
 * Source: the delivery model's state machine, with retry (failed to gating) and the rollback's own unknown outcome.
 */
export const PROMOTION_TRANSITIONS: readonly (readonly [PromotionState, PromotionState])[] = [
  ["gating", "awaiting_approval"],
  ["gating", "ready"],
  ["gating", "cancelled"],
  ["gating", "superseded"],
  ["gating", "expired"],
  ["gating", "failed"],
  ["awaiting_approval", "gating"],
  ["awaiting_approval", "ready"],
  ["awaiting_approval", "rejected"],
  ["awaiting_approval", "cancelled"],
  ["awaiting_approval", "superseded"],
  ["awaiting_approval", "expired"],
  ["ready", "gating"],
  ["ready", "awaiting_approval"],
  ["ready", "executing"],
  ["ready", "cancelled"],
  ["ready", "superseded"],
  ["ready", "expired"],
  ["executing", "verifying"],
  ["executing", "unknown"],
  ["executing", "failed"],
  ["executing", "gating"],
  ["unknown", "executing"],
  ["unknown", "verifying"],
  ["unknown", "failed"],
  ["unknown", "rolling_back"],
  ["verifying", "succeeded"],
  ["verifying", "failed"],
  ["verifying", "unknown"],
  ["verifying", "rolling_back"],
  ["verifying", "needs_human"],
  ["failed", "gating"],
  ["failed", "rolling_back"],
  ["rolling_back", "rolled_back"],
  ["rolling_back", "needs_human"],
  ["rolling_back", "unknown"],
  ["needs_human", "failed"],
  ["needs_human", "rolled_back"],
  ["needs_human", "rolling_back"],
];

export const WAITING_STATES = [
  "gating",
  "awaiting_approval",
  "ready",
] as const satisfies readonly PromotionState[];
export const RUNNING_STATES = [
  "executing",
  "verifying",
  "unknown",
  "rolling_back",
] as const satisfies readonly PromotionState[];
export const ENDED_STATES = [
  "succeeded",
  "failed",
  "rolled_back",
  "rejected",
  "cancelled",
  "superseded",
  "expired",
] as const satisfies readonly PromotionState[];

export function isIn(state: PromotionState, set: readonly PromotionState[]): boolean {
  return set.includes(state);
}

export const GATE_STATUSES = ["pass", "fail", "pending"] as const;
export type GateStatus = (typeof GATE_STATUSES)[number];

/** One fact that must hold before people are asked, and again before anything is done. */
export const GATE_KEYS = [
  "mergeable",
  "up_to_date",
  "work_item",
  "contributors_known",
  "checks",
  "verified_in",
  "release_sealed",
  "on_master",
  "environment_open",
  "not_held",
  "path",
  "schema",
] as const;
export type GateKey = (typeof GATE_KEYS)[number];

export const VOTE_DECISIONS = ["approve", "reject"] as const;
export type VoteDecision = (typeof VOTE_DECISIONS)[number];

export const OPERATION_KINDS = ["merge", "install", "health_check"] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

export const OPERATION_STATES = ["pending", "sent", "confirmed", "refused", "unknown"] as const;
export type OperationState = (typeof OPERATION_STATES)[number];
