"use client";

import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { isForPage } from "@/components/shell/keyboard";
import { useTRPC } from "@/components/trpc/client";
import { Button, buttonClass } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { classNames } from "@/components/ui/class-names";
import { Panel } from "@/components/ui/panel";
import { showToast } from "@/components/ui/toast-queue";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { isIn, WAITING_STATES } from "@/domain/promotions/status";
import { Approvals } from "./approvals";
import { ApproveButton, useAsking } from "./approve-button";
import { DecidedBy } from "./decided-by";
import { DecisionBar } from "./decision-bar";
import { Eligibility } from "./eligibility";
import { EndActions } from "./end-actions";
import { votesEndedBy } from "./ended-votes";
import { lastApproval } from "./last-approval";
import type { PromotionCard } from "./promotion";
import { ReasonDialog } from "./reason-dialog";
import { usePromotionKeys } from "./use-promotion-keys";

/** What was on the screen when the person began to read: a vote is given to exactly this. */
type Seen = { revision: number; subjectDigest: string };

/** How what was rejected comes back, whoever asked for it. */
const ASKED_AGAIN: Record<PromotionCard["promotion"]["kind"], string> = {
  merge: "Its pull request asks again once it was mended.",
  deploy: "Whoever may ask for deployments there can ask again from here.",
  rollback: "It can be asked for again from its slot.",
};

export function DecidePanel({ card }: { card: PromotionCard }) {
  const { promotion, revision, you, rules } = card;
  const present: Seen = { revision: promotion.revision, subjectDigest: revision.subjectDigest };
  const [seen, setSeen] = useState(present);
  const isOutdated = seen.revision !== present.revision;
  const vote = useVote(card, seen);
  const mayVote = you.canApprove || you.canReject;
  const obstacle = isOutdated
    ? "It changed while you looked. Say first that you have seen what is new."
    : you.mustSignInAgain
      ? "The policy asks for a fresh sign-in first."
      : whyNotApprove(card);
  const isWaiting = isIn(promotion.state, WAITING_STATES);
  const last = you.canApprove ? lastApproval(card) : null;
  const { isAsking, ask } = useAsking(last);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isForPage(event) || event.repeat) return;
      if (event.key === "a") {
        if (obstacle !== null) sayWhyNot(obstacle);
        else if (last !== null && !isAsking) ask(true);
        else if (!vote.isApproving) {
          ask(false);
          vote.approve();
        }
      }
      if (event.key === "r") {
        event.preventDefault();
        if (you.canReject && !isOutdated && !you.mustSignInAgain) vote.setRejecting(true);
        else sayWhyNot(obstacle ?? "You cannot reject this.");
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });

  return (
    <Panel title={isWaiting ? "Decide" : "Decided"}>
      <div className="flex flex-col gap-4">
        {isOutdated ? <WhatIsNew card={card} onSeen={() => setSeen(present)} /> : null}
        {isWaiting ? <Eligibility card={card} /> : null}
        {rules.length > 0 ? (
          <Approvals card={card} />
        ) : (
          <p className="text-ink-2">
            {isWaiting ? "Nobody has to approve this." : "Nobody had to approve this."}
          </p>
        )}
        <DecidedBy card={card} />
        <DecisionBar obstacle={isWaiting ? obstacle : null} holds={mayVote}>
          {mayVote && you.mustSignInAgain ? (
            <SignInAgain card={card} />
          ) : mayVote ? (
            <div
              className={classNames(
                "grid gap-2",
                !isAsking && (last ? "grid-cols-[1fr_auto]" : "grid-cols-2"),
              )}
            >
              <ApproveButton
                last={last}
                obstacle={obstacle}
                pending={vote.isApproving}
                isAsking={isAsking}
                onAsk={ask}
                onApprove={vote.approve}
              />
              {isAsking ? null : (
                <Button
                  variant="danger"
                  keys="r"
                  className="max-md:h-11"
                  disabledReason={isOutdated ? obstacle : null}
                  onClick={() => vote.setRejecting(true)}
                >
                  Reject…
                </Button>
              )}
            </div>
          ) : null}
        </DecisionBar>
        {you.canApprove && obstacle === null ? (
          <Button
            variant="ghost"
            size="small"
            className="self-start"
            onClick={() => vote.setCommenting(true)}
          >
            With a comment…
          </Button>
        ) : null}
        <EndActions card={card} />
      </div>
      <ReasonDialog
        open={vote.isRejecting}
        onOpenChange={vote.setRejecting}
        title="Reject this promotion"
        description={`It ends here, and your reason stands on this card. ${ASKED_AGAIN[promotion.kind]}`}
        label="Why"
        verb="Reject"
        danger
        pending={vote.isSendingRejection}
        onConfirm={vote.reject}
      />
      <ReasonDialog
        open={vote.isCommenting}
        onOpenChange={vote.setCommenting}
        title="Approve with a comment"
        description={`It stands beside your vote and in the audit trail.${last ? " With your approval it begins at once." : ""}`}
        label="Comment"
        verb={last?.label ?? "Approve"}
        missing="Say something, or approve without a comment."
        pending={vote.isApproving}
        onConfirm={vote.approve}
      />
    </Panel>
  );
}

/** A key that does nothing would look broken: it says why instead. */
function sayWhyNot(obstacle: string) {
  showToast({ id: "why-not", title: obstacle });
}

function useVote(card: PromotionCard, seen: Seen) {
  const trpc = useTRPC();
  const meta = { invalidates: usePromotionKeys() };
  const [isRejecting, setRejecting] = useState(false);
  const [isCommenting, setCommenting] = useState(false);
  const takingBack = useMutation(
    trpc.promotions.withdrawVote.mutationOptions({
      meta,
      onSuccess: () => showToast({ tone: "ok", title: "Your vote is taken back." }),
    }),
  );
  const approving = useMutation(
    trpc.promotions.vote.mutationOptions({
      meta,
      onSettled: () => setCommenting(false),
      onSuccess: ({ missing }) =>
        showToast({
          tone: "ok",
          title: told(missing),
          // With the last approval it begins at once, and nothing is left to take back.
          ...(missing > 0
            ? {
                action: {
                  label: "Undo",
                  onClick: () => takingBack.mutate({ promotionId: card.promotion.id }),
                },
              }
            : {}),
        }),
    }),
  );
  const rejecting = useMutation(
    trpc.promotions.vote.mutationOptions({
      meta,
      onSuccess: () => showToast({ tone: "ok", title: "Rejected. Your reason stands on this card." }),
      onSettled: () => setRejecting(false),
    }),
  );
  const subject = { promotionId: card.promotion.id, ...seen };
  return {
    approve: (comment?: string) =>
      approving.mutate({ ...subject, decision: "approve", ...(comment ? { reason: comment } : {}) }),
    isApproving: approving.isPending,
    reject: (reason: string) => rejecting.mutate({ ...subject, decision: "reject", reason }),
    isSendingRejection: rejecting.isPending,
    isRejecting,
    setRejecting,
    isCommenting,
    setCommenting,
  };
}

function told(missing: number): string {
  if (missing === 0) return "Approved. It starts now.";
  return `Approved. ${missing} more ${missing === 1 ? "approval is" : "approvals are"} needed.`;
}

function whyNotApprove({ you, promotion }: PromotionCard): string | null {
  if (you.canApprove) return null;
  if (you.canWithdrawVote) return "You have voted. It waits for others now.";
  if (promotion.state === "ready") return "It has the approvals it needs.";
  if (promotion.state === "gating") {
    return promotion.outcomeCode
      ? "A gate is in the way. People are asked once every gate has passed."
      : "People are asked once every gate has passed.";
  }
  return you.reasons.find((reason) => !reason.isMet)?.text ?? "Nothing is left to decide.";
}

/** The policy wants to be sure that it is still the same person at the keys. */
function SignInAgain({ card: { you, promotion } }: { card: PromotionCard }) {
  return (
    <div className="flex flex-col gap-2">
      <p className="text-ink-2 max-lg:hidden">
        Its policy asks for a sign-in of the last ten minutes. You come back to this page.
      </p>
      <a
        href={`/api/sign-in?again=1&next=${encodeURIComponent(`/promotions/${promotion.number}`)}`}
        className={buttonClass({ variant: "primary", className: "max-md:h-11" })}
      >
        Sign in again to {you.canApprove ? "approve" : "reject"}
      </a>
    </div>
  );
}

/** It changed under the reader's eyes: what is new, and a moment to look before the vote. */
function WhatIsNew({ card, onSeen }: { card: PromotionCard; onSeen: () => void }) {
  const [latest] = card.revisions;
  return (
    <Callout tone="warning" title={`Revision ${card.promotion.revision} is new`}>
      <p>
        {latest ? <UntrustedText>{latest.reason}</UntrustedText> : "It changed"}.
        {votesEndedBy(card.promotion.revision, card.votes).length > 0
          ? " Votes for the revision before have ended."
          : null}
      </p>
      <Button size="small" className="mt-2" onClick={onSeen}>
        I have seen what is new
      </Button>
    </Callout>
  );
}
