import { Check, X } from "lucide-react";
import { UntrustedText } from "@/components/ui/untrusted-text";
import type { PromotionCard } from "./promotion";

/** "You may approve", and why or why not, line by line. */
export function Eligibility({ card }: { card: PromotionCard }) {
  const { you } = card;
  return (
    <div className="print:hidden">
      <p className="font-medium">{verdict(card)}</p>
      <ul className="mt-1.5 flex flex-col gap-1">
        {you.reasons.map((reason) => (
          <li key={reason.text} className="flex items-start gap-2">
            {reason.isMet ? (
              <Check aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
            ) : (
              <X aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
            )}
            <span className={reason.isMet ? "text-ink-2" : undefined}>
              <span className="sr-only">{reason.isMet ? "Yes: " : "No: "}</span>
              <UntrustedText>{reason.text}</UntrustedText>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function verdict({ you, promotion }: PromotionCard): string {
  if (you.canApprove) return "You may approve";
  if (you.canWithdrawVote) return "You have decided";
  const mayLater = you.reasons.every((reason) => reason.isMet);
  if (promotion.state === "gating" && mayLater) return "You may approve once its gates have passed";
  if (promotion.state === "ready") return "It has the approvals it needs";
  return mayLater ? "Nothing is left to decide" : "You cannot approve this";
}
