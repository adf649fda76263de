import type { PromotionCard } from "./promotion";

/** What happens once it is approved, in a sentence. Null where nothing is left to happen. */
export function whatFollows(
  card: Pick<PromotionCard, "promotion" | "policy" | "environment" | "client" | "content" | "release">,
): string | null {
  const { promotion, policy, content, release } = card;
  if (!["gating", "awaiting_approval", "ready"].includes(promotion.state)) return null;
  if (content.kind === "merge") {
    const target = promotion.targetBranch ?? "the target";
    const commit = content.candidate?.commitSha?.slice(0, 7);
    const moved =
      policy.rules.onTargetMoved === "revote"
        ? `If ${target} moves before that, the votes end and it is decided anew.`
        : `If ${target} moves before that, the merge is checked again and the votes stay.`;
    return `Then ${commit ? `merge commit ${commit}` : "the merge"} is put on ${target} in one step, or not at all. ${moved}`;
  }
  const where = [card.client?.name, card.environment?.name].filter(Boolean).join(" ") || "its slot";
  const version = release?.version ?? "the release";
  const before = content.artifact?.replaces;
  const back = before
    ? policy.rules.rollsBackAutomatically && promotion.kind === "deploy"
      ? `If it is not healthy, ${before} comes back by itself.`
      : "If it is not healthy, a person decides what to do."
    : "Nothing runs there yet, so there is nothing to go back to.";
  return `Then ${version} is installed in ${where} and its health address is asked. ${back}`;
}
