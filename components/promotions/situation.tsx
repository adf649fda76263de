import type { ReactNode } from "react";
import { AppLink } from "@/components/ui/app-link";
import { Callout } from "@/components/ui/callout";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { stricterIn } from "@/domain/policies/stricter";
import { isIn, type PromotionState, WAITING_STATES } from "@/domain/promotions/status";
import { cardHref } from "./card-search";
import { votesEndedBy } from "./ended-votes";
import type { PromotionCard } from "./promotion";
import { WhatLeaves } from "./what-leaves";

const ROLLBACK_STATES: readonly PromotionState[] = ["rolling_back", "rolled_back"];

/** Why it stands where it stands: what is in the way, what went wrong, what took its place. At most a few lines. */
export function Situation({ card }: { card: PromotionCard }) {
  const { promotion, waitsBecause, rollback, rollsBackNumber, supersededByNumber } = card;
  const outcome = promotion.outcomeText ? <UntrustedText>{promotion.outcomeText}</UntrustedText> : null;
  return (
    <>
      {waitsBecause ? (
        <Callout tone="waiting" title="Nothing happens yet">
          <UntrustedText>{waitsBecause}</UntrustedText>
        </Callout>
      ) : null}
      <AskedAgain card={card} />
      {outcome ? <Outcome card={card}>{outcome}</Outcome> : null}
      {rollback && !isIn(promotion.state, ROLLBACK_STATES) ? (
        <Callout
          status="rolled-back"
          title={
            <>
              Taken back by <Other number={rollback.number} />
            </>
          }
        />
      ) : null}
      {rollsBackNumber ? (
        <Callout
          status="rolled-back"
          title={
            <>
              This takes back <Other number={rollsBackNumber} />
            </>
          }
        />
      ) : null}
      <WhatLeaves card={card} />
      {supersededByNumber ? (
        <Callout
          status="superseded"
          title={
            <>
              A newer request has replaced it: <Other number={supersededByNumber} />
            </>
          }
        />
      ) : null}
    </>
  );
}

/** Why more is asked for, and who is asked again, where it was the policy and nothing that they could see in the change. */
function AskedAgain({ card }: { card: PromotionCard }) {
  const [latest] = card.revisions;
  const isWaiting = isIn(card.promotion.state, WAITING_STATES);
  const stricter = latest ? stricterIn(latest.reason) : null;
  if (!isWaiting || !latest || !stricter) return null;
  const votes = votesEndedBy(latest.revision, card.votes);
  const { now } = card.decidedBy;
  const isOver = now !== null && now.stricter.length === 0 && now.asksForLess;
  const became = isOver ? "was stricter for a while" : "became stricter";
  const title = `The policy ${became}${votes.length > 0 ? ", so votes began again" : ""}`;
  const what = isOver
    ? `Version ${card.policy.version} brought: ${stricter}. It still counts here.`
    : `${stricter.charAt(0).toUpperCase()}${stricter.slice(1)}.`;
  return (
    <Callout tone="waiting" title={title}>
      <UntrustedText>{what}</UntrustedText>
      {votes.length > 0
        ? ` ${votes.length === 1 ? "The vote" : `The ${votes.length} votes`} on the revision before no longer ${votes.length === 1 ? "counts" : "count"}: ${[...new Set(votes.map(({ name }) => name))].join(", ")} can vote again.`
        : null}
    </Callout>
  );
}

function Outcome({ card, children }: { card: PromotionCard; children: ReactNode }) {
  switch (card.promotion.state) {
    case "gating":
      return card.promotion.outcomeCode ? (
        <Callout tone="error" title="A gate is in the way">
          {children}
        </Callout>
      ) : (
        <Callout status="waiting" title="It waits at its gates">
          {children}
        </Callout>
      );
    case "failed":
      return (
        <Callout tone="error" status="failed" title="It could not be carried out">
          {children}
        </Callout>
      );
    case "needs_human":
      return (
        <Callout tone="error" title="A person has to say how this ends">
          {children}
        </Callout>
      );
    case "unknown":
      return (
        <Callout tone="warning" title="The outcome is not known yet; it is being found out">
          {children}
        </Callout>
      );
    case "rejected":
      return (
        <Callout status="failed" title="Rejected">
          {children}
        </Callout>
      );
    case "rolling_back":
      return (
        <Callout status="running" title={<Back card={card}>Going back to what ran before</Back>}>
          {children}
        </Callout>
      );
    case "rolled_back":
      return (
        <Callout
          status="rolled-back"
          title={<Back card={card}>Its check failed, and what ran before is back</Back>}
        >
          {children}
        </Callout>
      );
    case "cancelled":
    case "expired":
      return (
        <Callout status="superseded" title={card.promotion.state === "expired" ? "Expired" : "Cancelled"}>
          {children}
        </Callout>
      );
    default:
      return null;
  }
}

/** With the promotion that did it. */
function Back({ card, children }: { card: PromotionCard; children: ReactNode }) {
  return (
    <>
      {children}
      {card.rollback ? (
        <>
          : <Other number={card.rollback.number} />
        </>
      ) : null}
    </>
  );
}

function Other({ number }: { number: number }) {
  return (
    <AppLink href={cardHref(number)} className="text-accent hover:underline">
      #{number}
    </AppLink>
  );
}
