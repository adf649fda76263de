"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ReasonDialog } from "@/components/promotions/reason-dialog";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { SelectField } from "@/components/ui/select";
import { showToast } from "@/components/ui/toast-queue";
import { placeOf, type Slot } from "./slot";

type HoldDialogProps = { slot: Slot; isRelease?: boolean; onClose: () => void };

/** One slot, the same component for every client, or the whole environment: held or released with one reason. */
export function HoldDialog({ slot, isRelease = false, onClose }: HoldDialogProps) {
  const trpc = useTRPC();
  const choices = choicesFor(slot, isRelease);
  const [chosen, setChosen] = useState("one");
  const slotIds = choices.find(({ value }) => value === chosen)?.slotIds ?? [slot.slot.id];
  const invalidates = [trpc.environments.pathKey(), trpc.promotions.pathKey()];
  // What refuses to be undone is said in a message: the dialog is closed by then.
  const holdAgain = useMutation(trpc.environments.hold.mutationOptions({ meta: { invalidates } }));
  const letGo = useMutation(trpc.environments.release.mutationOptions({ meta: { invalidates } }));
  const reason = "Undone straight after";
  const options = {
    meta: {
      invalidates,
      tellsItself: ["CONFLICT", "FORBIDDEN", "ENVIRONMENT_RETIRED", "INVALID"] as const,
    },
    // Those that it changed, which may be fewer than were asked for: undoing touches no others.
    onSuccess: ({ count, ...changed }: { count: number; slotIds: string[]; holdIds: string[] }) => {
      onClose();
      const slots = count === 1 ? "1 slot" : `${count} slots`;
      showToast({
        tone: "ok",
        title: isRelease ? `${slots} released` : `${slots} held`,
        action: {
          label: "Undo",
          onClick: () =>
            isRelease
              ? holdAgain.mutate({ slotIds: changed.slotIds, reason })
              : letGo.mutate({ ...changed, reason }),
        },
      });
    },
  };
  const hold = useMutation(trpc.environments.hold.mutationOptions(options));
  const release = useMutation(trpc.environments.release.mutationOptions(options));
  const act = isRelease ? release : hold;
  const place = `${slot.component.key} in ${placeOf(slot)}`;
  return (
    <ReasonDialog
      open
      onOpenChange={(isOpen) => isOpen || onClose()}
      title={isRelease ? `Release ${place}` : `Hold ${place}`}
      description={
        isRelease
          ? "What waits there is looked at again, and starts where nothing else is in its way."
          : "Nothing but a rollback starts there until somebody releases it. What is being deployed already goes on."
      }
      label="Why"
      missing="Say why: everybody whose deployment waits reads it."
      verb={
        slotIds.length > 1
          ? `${isRelease ? "Release" : "Hold"} ${slotIds.length} slots`
          : isRelease
            ? "Release"
            : "Hold"
      }
      pending={act.isPending}
      refusal={act.error ? tell(act.error).sentence : null}
      onConfirm={(reason) => act.mutate({ slotIds, reason })}
    >
      {choices.length > 1 ? (
        <SelectField
          label={isRelease ? "Release" : "Hold"}
          required
          value={chosen}
          options={choices}
          onChange={(event) => setChosen(event.target.value)}
        />
      ) : null}
    </ReasonDialog>
  );
}

function choicesFor(slot: Slot, isRelease: boolean) {
  const all = slot.holdable.filter(({ isHeld }) => isHeld === isRelease);
  const same = all.filter(({ isSameComponent }) => isSameComponent);
  const idsOf = (slots: typeof all) => slots.map(({ slotId }) => slotId);
  const { name } = slot.environment;
  return [
    { value: "one", label: "this slot", slotIds: [slot.slot.id] },
    ...(same.length > 1
      ? [
          {
            value: "same",
            label: `${slot.component.key} in ${name} for all ${same.length} clients`,
            slotIds: idsOf(same),
          },
        ]
      : []),
    ...(all.length > Math.max(same.length, 1)
      ? [{ value: "all", label: `everything in ${name}: ${all.length} slots`, slotIds: idsOf(all) }]
      : []),
  ];
}
