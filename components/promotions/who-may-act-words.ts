import type { PromotionCard } from "./promotion";

const SHOWN = 4;

/** "Tech lead or release approver: Ada, Ben and 2 more": for each rule that is not filled, who may fill it. */
export function whoMayAct({ rules }: Pick<PromotionCard, "rules">) {
  return rules
    .filter(({ given, minimum }) => given < minimum)
    .map((rule) => {
      const named = rule.people.slice(0, SHOWN);
      if (named.length === 0) return `${rule.name}: nobody may give it`;
      const more = rule.peopleCount - named.length;
      return `${rule.name}: ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
    })
    .join(" · ");
}
