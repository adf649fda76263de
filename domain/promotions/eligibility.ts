import type { PromotionState } from "./status";

export type EligibilityFacts = {
  state: PromotionState;
  /** Why the person counts as a contributor: "author", "requested", …; empty when not one. */
  contributions: readonly string[];
  /** The rules whose roles the person holds in this promotion's scope. */
  rules: readonly { name: string; isFilled: boolean }[];
  hasVoted: boolean;
};

export type EligibilityReason = { isMet: boolean; text: string };
export type Eligibility = { canApprove: boolean; canReject: boolean; reasons: EligibilityReason[] };

const AS: Record<string, string> = {
  author: "wrote commits of it",
  committer: "committed commits of it",
  "co-author": "are a co-author of it",
  pushed: "pushed commits of it",
  requested: "asked for it",
};

/** Why somebody may or may not decide, in sentences. The database decides again, the same way, when they vote. */
export function eligibility(facts: EligibilityFacts): Eligibility {
  const isOpen = facts.state === "awaiting_approval";
  const isContributor = facts.contributions.length > 0;
  const hands = [...new Set(facts.contributions)].map((why) => AS[why] ?? why).join(" and ");
  const reasons: EligibilityReason[] = [
    isContributor
      ? { isMet: false, text: `You ${hands}, so your approval would not count` }
      : { isMet: true, text: "You had no hand in it" },
    facts.rules.length > 0
      ? { isMet: true, text: `Your role counts as: ${facts.rules.map((rule) => rule.name).join(", ")}` }
      : { isMet: false, text: "No rule of this promotion asks for your roles here" },
  ];
  if (facts.hasVoted) reasons.push({ isMet: true, text: "You have voted on this revision" });
  const mayDecide = isOpen && facts.rules.length > 0 && !facts.hasVoted;
  return { canApprove: mayDecide && !isContributor, canReject: mayDecide, reasons };
}
