import type { PromotionKind } from "../promotions/status";
import { policyDifference } from "./difference";
import type { ApprovalRule, PolicyRules } from "./policy";

/**
 * What a promotion in flight is decided by once its policy has changed: whatever either version asks for. The path
 * (where it must be verified, whether it must be on master), what follows and its expiry stay those it began with.
 */
export function stricterOf(pinned: PolicyRules, current: PolicyRules): PolicyRules {
  return {
    ...pinned,
    approvals: stricterRules(pinned.approvals, current.approvals),
    rollbackApprovals: stricterRules(pinned.rollbackApprovals, current.rollbackApprovals),
    requiresChecks: pinned.requiresChecks || current.requiresChecks,
    requiredChecks: [...new Set([...pinned.requiredChecks, ...current.requiredChecks])],
    requiresWorkItem: pinned.requiresWorkItem || current.requiresWorkItem,
    requiresUpToDate: pinned.requiresUpToDate || current.requiresUpToDate,
    onTargetMoved: current.onTargetMoved === "revote" ? "revote" : pinned.onTargetMoved,
    requiresStepUp: pinned.requiresStepUp || current.requiresStepUp,
  };
}

/** In what the present rules ask for more than those it began with, a sentence each; empty where in nothing. */
export function whatIsStricter(pinned: PolicyRules, current: PolicyRules, kind: PromotionKind): string[] {
  const before = whatDecides(pinned, kind);
  return policyDifference(before, stricterOf(before, whatDecides(current, kind))).map(({ text }) => text);
}

/** Of all the rules, those that a promotion of this kind is decided by: one that does not concern it is no reason to vote again. */
function whatDecides(rules: PolicyRules, kind: PromotionKind): PolicyRules {
  if (kind === "merge") return { ...rules, rollbackApprovals: [] };
  const deploy = {
    ...rules,
    requiresWorkItem: false,
    requiresUpToDate: false,
    onTargetMoved: "recheck" as const,
  };
  if (kind === "deploy") return { ...deploy, rollbackApprovals: [] };
  return { ...deploy, approvals: [], requiresChecks: false, requiredChecks: [] };
}

/** Rules are the same rule by their key. What either has stands; what both have asks for the higher number of the fewer. */
function stricterRules(pinned: readonly ApprovalRule[], current: readonly ApprovalRule[]): ApprovalRule[] {
  const kept = pinned.map((rule) => {
    const other = current.find(({ key }) => key === rule.key);
    return other ? stricterRule(rule, other) : rule;
  });
  return [...kept, ...current.filter(({ key }) => !pinned.some((rule) => rule.key === key))];
}

/** Where no role is in both, those asked for now: whoever was asked before is no longer trusted with it. */
function stricterRule(pinned: ApprovalRule, current: ApprovalRule): ApprovalRule {
  const both = pinned.roles.filter((role) => current.roles.includes(role));
  return {
    ...pinned,
    roles: both.length > 0 ? both : current.roles,
    minimum: Math.max(pinned.minimum, current.minimum),
  };
}

const BECAME_STRICTER = "the policy became stricter: ";

/** Why people are asked again, as the revision keeps it. */
export function becameStricter(stricter: readonly string[]): string {
  return `${BECAME_STRICTER}${stricter.join("; ")}`;
}

/** In what it became stricter, from a revision's reason; null where that had another. */
export function stricterIn(reason: string): string | null {
  const at = reason.indexOf(BECAME_STRICTER);
  return at < 0 ? null : reason.slice(at + BECAME_STRICTER.length);
}
