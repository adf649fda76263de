import { standingOf } from "@/components/promotions/promotion-status";
import { AppLink } from "@/components/ui/app-link";
import { ButtonLink } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { UntrustedText } from "@/components/ui/untrusted-text";
import type { PullRequest } from "./pull-request";

/** Where the merge stands, with the way to the card on which it is decided. */
export function PromotionStanding({ pullRequest }: { pullRequest: PullRequest }) {
  const { promotion, earlierPromotions } = pullRequest;
  if (!promotion) return null;
  const isBlocked = promotion.outcomeCode !== null;
  const { status, words } = standingOf({ kind: "merge", state: promotion.state, isBlocked });
  return (
    <Callout
      status={status}
      title={
        <>
          The merge {sentenceOf(words)}
          {promotion.revision > 1 ? (
            <span className="font-normal text-ink-2"> · revision {promotion.revision}</span>
          ) : null}
        </>
      }
      action={<ButtonLink href={`/promotions/${promotion.number}`}>Open its card</ButtonLink>}
    >
      {promotion.outcomeText ? (
        <p>
          <UntrustedText>{promotion.outcomeText}</UntrustedText>
        </p>
      ) : null}
      {earlierPromotions.length > 0 ? (
        <p>
          Asked for before:{" "}
          {earlierPromotions.map(({ number }, position) => (
            <span key={number}>
              {position > 0 ? ", " : ""}
              <AppLink href={`/promotions/${number}`} className="hover:text-ink hover:underline">
                #{number}
              </AppLink>
            </span>
          ))}
        </p>
      ) : null}
    </Callout>
  );
}

const SENTENCES: Record<string, string> = {
  blocked: "is blocked at its gates",
  "at its gates": "is at its gates",
  "about to start": "is about to start",
  merging: "is being carried out",
  verifying: "is being verified",
  merged: "is done",
  "outcome not known": "was begun; whether it happened is being found out",
  "needs a person": "needs a person",
};

function sentenceOf(words: string): string {
  return SENTENCES[words] ?? (words.startsWith("waits") || words === "failed" ? words : `was ${words}`);
}
