import { ButtonLink } from "@/components/ui/button";
import type { PromotionCard } from "./promotion";

/** A deployment that ended undone is no dead end, whoever asked for it: the slot's dialog opens with its release chosen. */
export function AskAgain({ card: { promotion, you } }: { card: PromotionCard }) {
  if (!you.canAskAgain || !promotion.slotId) return null;
  return (
    <ButtonLink href={`/environments/slots/${promotion.slotId}?promote=${promotion.releaseId ?? ""}`}>
      Ask again…
    </ButtonLink>
  );
}
