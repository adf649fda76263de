import { policyHref } from "@/components/policies/policy-search";
import { AppLink } from "@/components/ui/app-link";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { isIn, WAITING_STATES } from "@/domain/promotions/status";
import { votesEndedBy } from "./ended-votes";
import type { PromotionCard } from "./promotion";

/** Which version of which policy decides, and where that is not simply what is in force there today. */
export function DecidedBy({ card }: { card: PromotionCard }) {
  const { policy, decidedBy, promotion } = card;
  const { now, isStricter, isClosed } = decidedBy;
  const isWaiting = isIn(promotion.state, WAITING_STATES);
  return (
    <div className="text-ink-2 text-xs">
      <p>
        {isWaiting ? "Decided" : "Was decided"} by{" "}
        <AppLink href={policyHref(policy.key)} className="text-accent hover:underline">
          <UntrustedText>{policy.name}</UntrustedText>
        </AppLink>
        , version {policy.version}
        {isStricter ? ", and by what it began with where that asked for more" : ""}.
      </p>
      {now && now.stricter.length === 0 ? (
        <p>
          {now.key === policy.key ? (
            `Version ${now.version} came into force since`
          ) : (
            <>
              <UntrustedText>{now.name}</UntrustedText> has decided there since
            </>
          )}
          . It asks for no more, so this keeps what it began with; asked for anew, it would be decided by
          that.
        </p>
      ) : null}
      {now && now.stricter.length > 0 ? (
        <p>
          Version {now.version} asks for more: that counts here in a moment
          {votesEndedBy(promotion.revision + 1, card.votes).length > 0 ? ", and votes begin again" : ""}.
        </p>
      ) : null}
      {isClosed ? <p>No policy is bound there now: it waits until one is.</p> : null}
    </div>
  );
}
