import type { PromotionCard } from "./promotion";

type Card = Pick<PromotionCard, "missingApprovals"> & {
  rules: readonly Pick<PromotionCard["rules"][number], "includesYou" | "isWanted">[];
  promotion: Pick<PromotionCard["promotion"], "kind" | "targetBranch">;
  environment: Pick<NonNullable<PromotionCard["environment"]>, "name"> | null;
  client: Pick<NonNullable<PromotionCard["client"]>, "name"> | null;
};

/** What begins at once with the reader's approval, in words; null where others still have to approve. */
export type LastApproval = { label: string; again: string };

const VERBS = { merge: "merge", deploy: "deploy", rollback: "roll back" } as const;

export function lastApproval({
  missingApprovals,
  rules,
  promotion,
  environment,
  client,
}: Card): LastApproval | null {
  const isMine = rules.some((rule) => rule.includesYou && rule.isWanted);
  if (missingApprovals !== 1 || !isMine) return null;
  const verb = VERBS[promotion.kind];
  const place =
    promotion.kind === "merge"
      ? ` into ${promotion.targetBranch ?? "its target"}`
      : `${promotion.kind === "deploy" ? " to" : ""} ${[client?.name, environment?.name].filter(Boolean).join(" ")}`;
  return { label: `Approve and ${verb}`, again: `Press again to ${verb}${place}` };
}
