import type { PromotionCard } from "./promotion";

/** Asks what a promotion brings: over the target it was merged onto, or over what is live in the slot, which may change. */
export function contentQuestion({ promotion: { number, revision }, content }: PromotionCard) {
  const over =
    content.kind === "merge" ? (content.candidate?.targetSha ?? null) : (content.artifact?.replaces ?? null);
  return { number, revision, over };
}
