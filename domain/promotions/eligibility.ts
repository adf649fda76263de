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

/** What a hand in it was, the weightiest first. What follows from another is not said beside it. */
const HANDS: readonly { why: string; said: string; impliedBy: readonly string[] }[] = [
  { why: "author", said: "wrote commits of it", impliedBy: [] },
  { why: "co-author", said: "are a co-author of it", impliedBy: ["author"] },
  { why: "committer", said: "committed to it", impliedBy: ["author"] },
  { why: "pushed", said: "pushed to it", impliedBy: ["author", "committer"] },
  { why: "requested", said: "asked for it", impliedBy: [] },
  { why: "tried it again", said: "tried it again", impliedBy: [] },
  { why: "linked", said: "had a hand in it under another name", impliedBy: [] },
  { why: "opened", said: "opened its pull request", impliedBy: ["requested"] },
];

function handsIn(contributions: readonly string[]): string {
  const told = HANDS.filter(
    ({ why, impliedBy }) =>
      contributions.includes(why) && !impliedBy.some((one) => contributions.includes(one)),
  );
  return told.map(({ said }) => said).join(" and ") || "had a hand in it";
}

function roleCounts(rules: EligibilityFacts["rules"]): string {
  const counts = `Your role counts as: ${rules.map(({ name }) => name).join(", ")}`;
  return rules.every(({ isFilled }) => isFilled) ? `${counts}. It has what it asks for` : counts;
}

/** Why somebody may or may not decide, in sentences. The database decides again, the same way, when they vote. */
export function eligibility(facts: EligibilityFacts): Eligibility {
  const isOpen = facts.state === "awaiting_approval";
  const isContributor = facts.contributions.length > 0;
  const reasons: EligibilityReason[] = [
    isContributor
      ? { isMet: false, text: `You ${handsIn(facts.contributions)}, so your approval would not count` }
      : { isMet: true, text: "You had no hand in it" },
    facts.rules.length > 0
      ? { isMet: true, text: roleCounts(facts.rules) }
      : { isMet: false, text: "No rule of this promotion asks for your roles here" },
  ];
  if (facts.hasVoted) reasons.push({ isMet: true, text: "You have voted on this revision" });
  const mayDecide = isOpen && facts.rules.length > 0 && !facts.hasVoted;
  return { canApprove: mayDecide && !isContributor, canReject: mayDecide, reasons };
}
