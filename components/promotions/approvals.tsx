import { ClockTime } from "@/components/ui/clock-time";
import { Person } from "@/components/ui/person";
import { StatusMark } from "@/components/ui/status-mark";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { isIn, WAITING_STATES } from "@/domain/promotions/status";
import type { PromotionCard } from "./promotion";

type Rule = PromotionCard["rules"][number];

/** Each rule with what it has and who may still give the rest; then the votes of this revision. */
export function Approvals({ card }: { card: PromotionCard }) {
  const { promotion, rules } = card;
  const votes = card.votes.filter((vote) => vote.revision === promotion.revision && vote.voidedAt === null);
  const isWaiting = isIn(promotion.state, WAITING_STATES);
  // Somebody who approved is counted for the one rule while another lacks them.
  const isShared = isWaiting && rules.some((rule) => rule.isWanted && rule.given >= rule.minimum);
  return (
    <div className={isWaiting ? "border-t pt-3" : undefined}>
      <ul className="flex flex-col gap-2">
        {rules.map((rule) => (
          <li key={rule.key}>
            <div className="flex items-center gap-2">
              <StatusMark
                status={rule.given >= rule.minimum ? "ok" : isWaiting ? "waiting" : "superseded"}
                label={rule.given >= rule.minimum ? "given" : "missing"}
              />
              <span className="min-w-0 flex-1 truncate">
                <UntrustedText>{rule.name}</UntrustedText>
              </span>
              <span className="whitespace-nowrap">
                <b>{rule.given}</b> of {rule.minimum}
              </span>
            </div>
            {isWaiting && rule.given < rule.minimum ? <Candidates rule={rule} /> : null}
          </li>
        ))}
      </ul>
      {isShared ? <p className="mt-2 text-ink-2 text-xs">One person fills one rule only.</p> : null}
      {votes.length > 0 ? (
        <ul className="mt-3 flex flex-col gap-1 border-t pt-3">
          {votes.map((vote) => (
            <li key={vote.id}>
              <span className="flex items-center gap-2">
                <Person name={vote.name} className="flex-1" />
                <span className="whitespace-nowrap text-ink-2">
                  {vote.decision === "approve" ? "approved" : "rejected"} <ClockTime at={vote.decidedAt} />
                </span>
              </span>
              {vote.reason ? (
                <p className="ml-6.5 text-ink-2">
                  <UntrustedText>{vote.reason}</UntrustedText>
                </p>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

const SHOWN = 4;

function Candidates({ rule }: { rule: Rule }) {
  const people = rule.people.slice(0, SHOWN);
  if (people.length === 0) {
    return (
      <p className="mt-0.5 ml-5.5 text-bad-ink">
        Nobody may give it: everyone with the role had a hand in the change or has voted.
      </p>
    );
  }
  const more = rule.peopleCount - people.length;
  return (
    <p className="mt-0.5 ml-5.5 text-ink-2 text-xs">
      Can be given by{" "}
      {people.map((name, position) => (
        <span key={name}>
          {position > 0 ? ", " : ""}
          <UntrustedText>{name}</UntrustedText>
        </span>
      ))}
      {more > 0 ? ` and ${more} more` : ""}
    </p>
  );
}
