"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { SelectField } from "@/components/ui/select";
import { showToast } from "@/components/ui/toast-queue";
import { AskAgain } from "./ask-again";
import type { PromotionCard } from "./promotion";
import { ReasonDialog } from "./reason-dialog";
import { usePromotionKeys } from "./use-promotion-keys";

/** Taking a vote back, cancelling, trying again, settling: what the person may still do about it. */
export function EndActions({ card }: { card: PromotionCard }) {
  const { you } = card;
  const trpc = useTRPC();
  const invalidates = usePromotionKeys();
  const { id: promotionId } = card.promotion;
  const [asked, setAsked] = useState<"cancel" | "resolve" | null>(null);
  const [outcome, setOutcome] = useState<"failed" | "rolled_back">("failed");
  const close = () => setAsked(null);
  const options = { meta: { invalidates }, onSuccess: close };
  const say = (title: string) => ({
    ...options,
    onSuccess: () => {
      close();
      showToast({ tone: "ok", title });
    },
  });
  const withdraw = useMutation(
    trpc.promotions.withdrawVote.mutationOptions(say("Your vote is taken back. You can vote again.")),
  );
  const retry = useMutation(
    trpc.promotions.retry.mutationOptions(say("It goes back to its gates and is tried again.")),
  );
  const cancel = useMutation(trpc.promotions.cancel.mutationOptions(say("The request is cancelled.")));
  const resolve = useMutation(trpc.promotions.resolve.mutationOptions(options));
  const { canAskAgain, canWithdrawVote, canCancel, canRetry, canResolve } = you;
  if (!canAskAgain && !canWithdrawVote && !canCancel && !canRetry && !canResolve) return null;
  return (
    <div className="flex flex-wrap gap-2 border-t pt-3">
      <AskAgain card={card} />
      {you.canWithdrawVote ? (
        <Button pending={withdraw.isPending} onClick={() => withdraw.mutate({ promotionId })}>
          Take the vote back
        </Button>
      ) : null}
      {you.canRetry ? (
        <Button variant="primary" pending={retry.isPending} onClick={() => retry.mutate({ promotionId })}>
          Try again
        </Button>
      ) : null}
      {you.canResolve ? (
        <Button variant="primary" onClick={() => setAsked("resolve")}>
          Settle it…
        </Button>
      ) : null}
      {you.canCancel ? (
        <Button variant="ghost" className="-ml-3" onClick={() => setAsked("cancel")}>
          Cancel the request…
        </Button>
      ) : null}
      <ReasonDialog
        open={asked === "cancel"}
        onOpenChange={close}
        title="Cancel this request"
        description="It ends without being carried out. It can be asked for again."
        label="Why"
        verb="Cancel the request"
        isRequired={false}
        danger
        pending={cancel.isPending}
        onConfirm={(reason) => cancel.mutate({ promotionId, ...(reason ? { reason } : {}) })}
      />
      <ReasonDialog
        open={asked === "resolve"}
        onOpenChange={close}
        title="Say how it ended"
        description="Clearway could not find out or mend it by itself. Look at the slot first: what you say here is kept."
        label="What you found and did"
        missing="Say what you found: others rely on it."
        verb="Settle it"
        pending={resolve.isPending}
        onConfirm={(reason) => resolve.mutate({ promotionId, outcome, reason })}
      >
        <SelectField
          label="It"
          required
          value={outcome}
          options={[
            { value: "failed", label: "failed; what ran before may be gone" },
            ...(card.promotion.state === "unknown"
              ? []
              : [
                  {
                    value: "rolled_back",
                    label: rolledBackByHand(card),
                  },
                ]),
          ]}
          onChange={(event) => setOutcome(event.target.value === "rolled_back" ? "rolled_back" : "failed")}
        />
      </ReasonDialog>
    </div>
  );
}

function rolledBackByHand({ promotion, release, you }: PromotionCard): string {
  const said = "was rolled back by hand";
  if (promotion.kind !== "deploy" || release?.withdrawnAt) return said;
  return you.canWithdraw
    ? `${said}; its release is withdrawn everywhere`
    : `${said}; this slot is held, and its release stays for others`;
}
