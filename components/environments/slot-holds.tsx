"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Panel } from "@/components/ui/panel";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { HoldDialog } from "./hold-dialog";
import type { Slot } from "./slot";

type Hold = Slot["holds"][number];

export const NO_HOLD = "Holding a slot takes a tech lead, QA or release approver of this product";

export function holdInForce(slot: Slot): Hold | null {
  const [newest] = slot.holds;
  return newest && newest.releasedAt === null ? newest : null;
}

/** Why nothing starts here, and the way to let it go on. */
export function HoldCallout({ slot, hold }: { slot: Slot; hold: Hold }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Callout
      tone="warning"
      status="blocked"
      title={
        <>
          Held by <UntrustedText>{hold.heldBy}</UntrustedText> <TimeAgo at={hold.createdAt} />:{" "}
          <UntrustedText>{hold.reason}</UntrustedText>
        </>
      }
      action={
        <Button onClick={() => setIsOpen(true)} disabledReason={slot.you.canHold ? null : NO_HOLD}>
          Release…
        </Button>
      }
    >
      Nothing but a rollback starts here. What waits goes on when it is released.
      {isOpen ? <HoldDialog slot={slot} isRelease onClose={() => setIsOpen(false)} /> : null}
    </Callout>
  );
}

/** The holds before: who, why, and why they ended. */
export function HoldHistory({ slot }: { slot: Slot }) {
  if (slot.holds.length === 0) return null;
  return (
    <Panel title="Holds" note={slot.holds.length === 1 ? "1" : String(slot.holds.length)} flush>
      <ol>
        {slot.holds.map((hold) => (
          <li key={hold.id} className="border-b px-4 py-2 last:border-b-0">
            <p>
              <UntrustedText>{hold.heldBy}</UntrustedText> held it <TimeAgo at={hold.createdAt} />:{" "}
              <UntrustedText>{hold.reason}</UntrustedText>
            </p>
            <p className="text-ink-2">
              {hold.releasedAt ? (
                <>
                  <UntrustedText>{hold.releasedBy ?? ""}</UntrustedText> released it{" "}
                  <TimeAgo at={hold.releasedAt} />: <UntrustedText>{hold.releaseReason ?? ""}</UntrustedText>
                </>
              ) : (
                "In force"
              )}
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
