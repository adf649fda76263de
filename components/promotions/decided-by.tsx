import { policyHref } from "@/components/policies/policy-search";
import { AppLink } from "@/components/ui/app-link";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { isIn, WAITING_STATES } from "@/domain/promotions/status";
import { decidedByWords, nameOf } from "./decided-by-words";
import { votesEndedBy } from "./ended-votes";
import type { PromotionCard } from "./promotion";

/** Which version of which policy decides, and where that is not simply what is in force there today. */
export function DecidedBy({ card }: { card: PromotionCard }) {
  const { policy, decidedBy, promotion } = card;
  const isWaiting = isIn(promotion.state, WAITING_STATES);
  const endsVotes = votesEndedBy(promotion.revision + 1, card.votes).length > 0;
  const { also, note, isLessAnew } = decidedByWords(policy, decidedBy, endsVotes);
  return (
    <div className="text-ink-2 text-xs">
      <p>
        {isWaiting ? "Decided" : "Was decided"} by{" "}
        <AppLink href={policyHref(policy.key)} className="text-accent hover:underline">
          <UntrustedText>{policy.name}</UntrustedText>
        </AppLink>
        , version {policy.version}
        <UntrustedText>{also}</UntrustedText>.
      </p>
      {note ? (
        <p>
          <UntrustedText>{note}</UntrustedText>
          {isLessAnew ? <Anew card={card} /> : null}
        </p>
      ) : null}
    </div>
  );
}

/** The way to what is in force now: it ends, and the next one begins with that. */
function Anew({ card: { policy, decidedBy, promotion, pullRequestNumber } }: { card: PromotionCard }) {
  const again = pullRequestNumber
    ? { text: `pull request #${pullRequestNumber}`, href: `/pull-requests/${pullRequestNumber}` }
    : promotion.slotId
      ? { text: "its slot", href: `/environments/slots/${promotion.slotId}` }
      : null;
  if (!decidedBy.now) return null;
  return (
    <>
      {" "}
      Cancelled and asked for again
      {again ? (
        <>
          {" "}
          on{" "}
          <AppLink href={again.href} className="text-accent hover:underline">
            {again.text}
          </AppLink>
        </>
      ) : null}
      , it would be decided by <UntrustedText>{nameOf(decidedBy.now, policy)}</UntrustedText>.
    </>
  );
}
