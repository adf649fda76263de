import { whatWithdrawingDoes } from "@/components/releases/what-withdrawing-does";
import { Callout } from "@/components/ui/callout";
import { UntrustedText } from "@/components/ui/untrusted-text";
import type { PromotionCard } from "./promotion";

/** What becomes of the release that a rollback takes out of its slot: chosen by whoever asked, known before anybody approves. */
export function WhatLeaves({ card: { promotion, leaving, requestedBy } }: { card: PromotionCard }) {
  if (!leaving || leaving.isWithdrawn) return null;
  if (promotion.withdrawsRelease && leaving.everywhere) {
    return (
      <Callout
        tone="warning"
        title={`When it has succeeded, ${leaving.version} is withdrawn everywhere, for good`}
      >
        {whatWithdrawingDoes(leaving.everywhere)}
      </Callout>
    );
  }
  return (
    <Callout title={`${leaving.version} leaves only this slot`}>
      It can go on everywhere else. When this has succeeded, the slot is held in the name of{" "}
      <UntrustedText>{requestedBy ?? "Clearway"}</UntrustedText> until somebody releases it; a hold that is
      there already stays.
    </Callout>
  );
}
