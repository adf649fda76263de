import type { PromotionCard } from "./promotion";

const SHOWN = 4;

/** "Tech lead or release approver: Ada, Ben and 2 more": for each rule that is not filled, who may fill it. */
export function whoMayAct({ rules, votes, promotion }: Pick<PromotionCard, "rules" | "votes" | "promotion">) {
  const voters = new Set(
    votes
      .filter(({ revision, voidedAt }) => revision === promotion.revision && voidedAt === null)
      .map(({ name }) => name),
  );
  return rules
    .filter(({ given, minimum }) => given < minimum)
    .map((rule) => {
      const free = rule.people.filter((name) => !voters.has(name));
      if (free.length === 0) return `${rule.name}: nobody may give it`;
      const more = rule.peopleCount - (rule.people.length - free.length) - Math.min(free.length, SHOWN);
      return `${rule.name}: ${free.slice(0, SHOWN).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
    })
    .join(" · ");
}
