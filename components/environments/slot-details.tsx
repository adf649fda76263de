"use client";

import { useQuery } from "@tanstack/react-query";
import { Lock } from "lucide-react";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { ErrorState } from "@/components/ui/error-state";
import { Panel } from "@/components/ui/panel";
import { PanelSkeleton } from "@/components/ui/skeleton";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { policyInSentences } from "@/domain/policies/in-words";
import { HoldDialog } from "./hold-dialog";
import { PromoteDialog } from "./promote-dialog";
import { RollBackDialog } from "./roll-back-dialog";
import { placeOf, type Slot } from "./slot";
import { SlotHistory } from "./slot-history";
import { HoldCallout, HoldHistory, holdInForce, NO_HOLD } from "./slot-holds";
import { RunsNow, SlotWaiting } from "./slot-now";

export function SlotTitle({ slotId }: { slotId: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.environments.slot.queryOptions({ slotId }));
  return data ? `${data.component.key} in ${placeOf(data)}` : "Slot";
}

/** What runs in a slot, what waits, what ran before; the same in the drawer and on its own page. */
export function SlotDetails({ slotId, promoteId }: { slotId: string; promoteId?: string | undefined }) {
  const trpc = useTRPC();
  const { data, error, refetch, isFetching } = useQuery(trpc.environments.slot.queryOptions({ slotId }));
  if (!data && error) {
    return <ErrorState message={tell(error).sentence} onRetry={() => void refetch()} pending={isFetching} />;
  }
  if (!data) return <PanelSkeleton lines={5} />;
  return (
    <div className="flex flex-col gap-5">
      <SlotActions slot={data} promoteId={promoteId} />
      <Standing slot={data} />
      <RunsNow slot={data} />
      <SlotWaiting slot={data} />
      <Policy slot={data} />
      <SlotHistory slot={data} />
      <HoldHistory slot={data} />
    </div>
  );
}

const ENDED = "Nothing is deployed here any more";

function SlotActions({ slot, promoteId }: { slot: Slot; promoteId?: string | undefined }) {
  const closed = slot.environment.retiredAt
    ? `${slot.environment.name} was retired`
    : slot.slot.endedAt
      ? ENDED
      : slot.policy
        ? null
        : `${slot.environment.name} is closed: no policy is bound to it`;
  const noRole = slot.environment.isProduction
    ? "Asking for production takes a tech lead of this product"
    : "Asking for a deployment takes a developer or tech lead of this product";
  const noPromotion = closed ?? (slot.you.canPromote ? null : noRole);
  const [open, setOpen] = useState<"promote" | "back" | "hold" | null>(
    promoteId && noPromotion === null ? "promote" : null,
  );
  const closePromote = () => {
    setOpen(null);
    // Else the page would ask once more when it is loaded again.
    if (promoteId) window.history.replaceState(null, "", window.location.pathname);
  };
  const nothingBefore = slot.rollbackTo.length === 0 ? "Nothing else has run here before" : null;
  return (
    <div className="flex flex-wrap gap-2">
      <Button variant="primary" onClick={() => setOpen("promote")} disabledReason={noPromotion}>
        Promote…
      </Button>
      <Button
        variant="danger"
        onClick={() => setOpen("back")}
        disabledReason={
          closed ??
          nothingBefore ??
          (slot.you.canRollBack ? null : "A rollback takes a tech lead or release approver of this product")
        }
      >
        Roll back…
      </Button>
      {holdInForce(slot) || slot.environment.retiredAt || slot.slot.endedAt ? null : (
        <Button
          icon={<Lock aria-hidden className="size-4" />}
          onClick={() => setOpen("hold")}
          disabledReason={slot.you.canHold ? null : NO_HOLD}
        >
          Hold…
        </Button>
      )}
      {open === "hold" ? <HoldDialog slot={slot} onClose={() => setOpen(null)} /> : null}
      {open === "promote" ? <PromoteDialog slot={slot} wantedId={promoteId} onClose={closePromote} /> : null}
      {open === "back" ? <RollBackDialog slot={slot} onClose={() => setOpen(null)} /> : null}
    </div>
  );
}

/** What stops things here, whatever the policy says. */
function Standing({ slot }: { slot: Slot }) {
  if (slot.environment.retiredAt) {
    return (
      <Callout tone="info" status="superseded" title={`${slot.environment.name} was retired`}>
        <UntrustedText>{slot.environment.retiredReason ?? ""}</UntrustedText> What is listed here ran when
        that happened.
      </Callout>
    );
  }
  if (slot.slot.endedAt) {
    return (
      <Callout tone="info" status="superseded" title={ENDED}>
        Its subscription, client or component ended <TimeAgo at={slot.slot.endedAt} />. What is listed here
        ran when that happened.
      </Callout>
    );
  }
  const hold = holdInForce(slot);
  return hold ? <HoldCallout slot={slot} hold={hold} /> : null;
}

function Policy({ slot }: { slot: Slot }) {
  if (!slot.policy) {
    return (
      <Callout tone="info" status="blocked" title={`${slot.environment.name} is closed`}>
        No policy is bound to it, so nothing can be deployed here. A platform admin binds one.
      </Callout>
    );
  }
  const names = new Map(slot.environmentNames.map(({ key, name }) => [key, name]));
  return (
    <Panel title="What it takes" note={`${slot.policy.name}, version ${slot.policy.version}`}>
      <ul className="grid gap-x-6 gap-y-1 sm:grid-cols-2">
        {policyInSentences(slot.policy.rules, "environment", names).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </Panel>
  );
}
