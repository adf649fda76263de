"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { RollBackDialog } from "@/components/environments/roll-back-dialog";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { placeName, type ReleasePage } from "./release";

/** Why it goes nowhere again, and the slots in which it still runs, each with the way back. */
export function WithdrawnCallout({ page: { release, runsIn } }: { page: ReleasePage }) {
  return (
    <Callout
      tone="warning"
      status="blocked"
      className="mb-4"
      title={
        <>
          Withdrawn by{" "}
          {release.withdrawnBy ? <UntrustedText>{release.withdrawnBy}</UntrustedText> : "Clearway"}{" "}
          {release.withdrawnAt ? <TimeAgo at={release.withdrawnAt} /> : null}:{" "}
          <UntrustedText>{release.withdrawnReason ?? ""}</UntrustedText>
        </>
      }
    >
      {runsIn.length === 0 ? (
        "It runs nowhere, and nothing brings it back."
      ) : (
        <>
          <p>It still runs here. Roll each back, or promote a newer release over it:</p>
          <ul className="mt-1.5 flex flex-col gap-1.5">
            {runsIn.map((place) => (
              <li key={place.slotId} className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <span className="text-ink">
                  <UntrustedText>{place.componentKey}</UntrustedText> in{" "}
                  <UntrustedText>{placeName(place)}</UntrustedText>
                </span>
                {place.isRetired ? "retired" : <RollBack slotId={place.slotId} />}
              </li>
            ))}
          </ul>
        </>
      )}
    </Callout>
  );
}

/** What can be gone back to is read when somebody wants to. */
function RollBack({ slotId }: { slotId: string }) {
  const trpc = useTRPC();
  const [isOpen, setIsOpen] = useState(false);
  const { data, isFetching } = useQuery(trpc.environments.slot.queryOptions({ slotId }, { enabled: isOpen }));
  const reason =
    data && !data.you.canRollBack
      ? "A rollback takes a tech lead or release approver of this product"
      : data && data.rollbackTo.length === 0
        ? "Nothing else has run here before"
        : null;
  return (
    <>
      <Button
        size="small"
        variant="danger"
        pending={isOpen && isFetching && !data}
        disabledReason={reason}
        onClick={() => setIsOpen(true)}
      >
        Roll back…
      </Button>
      {isOpen && data && reason === null ? (
        <RollBackDialog slot={data} onClose={() => setIsOpen(false)} />
      ) : null}
    </>
  );
}
