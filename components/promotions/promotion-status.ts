import type { Status } from "@/components/ui/status-mark";
import type { PromotionKind, PromotionState } from "@/domain/promotions/status";

export type Standing = { status: Status; words: string };

type StandingFacts = {
  kind: PromotionKind;
  state: PromotionState;
  /** A gate has failed, as opposed to one that is still being looked at. */
  isBlocked: boolean;
  waitsForMe?: boolean | undefined;
};

const BUSY: Record<PromotionKind, string> = {
  merge: "merging",
  deploy: "deploying",
  rollback: "rolling back",
};
const DONE: Record<PromotionKind, string> = { merge: "merged", deploy: "deployed", rollback: "restored" };

/** Where a promotion stands, as a mark and two or three words. */
export function standingOf({ kind, state, isBlocked, waitsForMe }: StandingFacts): Standing {
  switch (state) {
    case "gating":
      return isBlocked
        ? { status: "blocked", words: "blocked" }
        : { status: "waiting", words: "at its gates" };
    case "awaiting_approval":
      return { status: "waiting", words: waitsForMe ? "waits for you" : "waits for approval" };
    case "ready":
      return { status: "waiting", words: "about to start" };
    case "executing":
      return { status: "running", words: BUSY[kind] };
    case "verifying":
      return { status: "running", words: "verifying" };
    case "unknown":
      return { status: "unknown", words: "outcome not known" };
    case "succeeded":
      return { status: "ok", words: DONE[kind] };
    case "failed":
      return { status: "failed", words: "failed" };
    case "rolling_back":
      return { status: "running", words: "rolling back" };
    case "rolled_back":
      return { status: "rolled-back", words: "rolled back" };
    case "needs_human":
      return { status: "blocked", words: "needs a person" };
    case "rejected":
      return { status: "failed", words: "rejected" };
    case "cancelled":
    case "superseded":
    case "expired":
      return { status: "superseded", words: state === "superseded" ? "replaced" : state };
  }
}
