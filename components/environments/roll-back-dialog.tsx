"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { StatusMark } from "@/components/ui/status-mark";
import { TextareaField } from "@/components/ui/textarea";
import { TimeAgo } from "@/components/ui/time-ago";
import { Version } from "@/components/ui/version";
import { RequestRefusal } from "./request-refusal";
import { RollbackChoice } from "./rollback-choice";
import { placeOf, type Slot } from "./slot";

/** Back to what ran here before, with a reason. Where the schema forbids it, that is said instead of tried. */
export function RollBackDialog({ slot, onClose }: { slot: Slot; onClose: () => void }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [form, name] = [useId(), useId()];
  const [releaseId, setReleaseId] = useState(
    () => slot.rollbackTo.find((one) => one.obstacle === null)?.id ?? null,
  );
  const [withdrawsRelease, setWithdraws] = useState(false);
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState<string | null>(null);
  const request = useMutation(
    trpc.promotions.requestRollback.mutationOptions({
      meta: {
        invalidates: [trpc.promotions.pathKey(), trpc.environments.pathKey()],
        tellsItself: [
          "CONFLICT",
          "ROLLBACK_SCHEMA_INCOMPATIBLE",
          "NOTHING_TO_ROLL_BACK_TO",
          "FORBIDDEN",
          "INVALID",
        ],
      },
      onSuccess: ({ number }) => {
        onClose();
        router.push(`/promotions/${number}`);
      },
    }),
  );
  const send = () => {
    if (reason.trim() === "") return setMissing("Say why: it is kept with the rollback.");
    if (!releaseId) return;
    request.mutate({ slotId: slot.slot.id, releaseId, reason: reason.trim(), withdrawsRelease });
  };
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => isOpen || onClose()}
      title={`Roll ${slot.component.key} in ${placeOf(slot)} back`}
      description={
        slot.policy && slot.policy.rules.rollbackApprovals.length > 0
          ? "This asks for it: the people of its policy agree first."
          : "It starts at once when its gates pass."
      }
      actions={
        <>
          <Button onClick={onClose}>Keep it as it is</Button>
          <Button
            type="submit"
            form={form}
            variant="dangerSolid"
            pending={request.isPending}
            disabledReason={releaseId ? null : "No earlier release can run here now"}
          >
            Ask for rollback
          </Button>
        </>
      }
    >
      <form
        id={form}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <fieldset>
          <legend className="mb-1.5 font-medium">Back to</legend>
          <ul className="max-h-56 overflow-y-auto rounded-md border">
            {slot.rollbackTo.map((release) => (
              <li key={release.id} className="border-b last:border-b-0">
                <label className="flex items-start gap-3 px-3 py-2">
                  <input
                    type="radio"
                    name={name}
                    checked={release.id === releaseId}
                    disabled={release.obstacle !== null}
                    onChange={() => setReleaseId(release.id)}
                    className="mt-0.5 size-4 shrink-0 accent-accent"
                  />
                  <span className="min-w-0">
                    <span className="flex flex-wrap items-baseline gap-x-3">
                      <Version>{release.version}</Version>
                      <RanHere release={release} />
                    </span>
                    {release.obstacle ? (
                      <span className="flex items-center gap-1.5 text-bad-ink text-xs">
                        <StatusMark status="blocked" label={null} className="size-3" />
                        {release.obstacle}
                      </span>
                    ) : null}
                  </span>
                </label>
              </li>
            ))}
          </ul>
        </fieldset>
        {slot.leaving ? (
          <RollbackChoice
            slot={slot}
            leaving={slot.leaving}
            withdraws={withdrawsRelease}
            onChoose={setWithdraws}
          />
        ) : null}
        <TextareaField
          label="Reason"
          required
          rows={3}
          maxLength={500}
          value={reason}
          error={missing}
          onChange={(event) => {
            setReason(event.target.value);
            setMissing(null);
          }}
        />
        {request.error ? <RequestRefusal error={request.error} /> : null}
      </form>
    </Dialog>
  );
}

/** Versions alone do not say which is the one of before yesterday. */
function RanHere({ release: { ranAt, sealedAt } }: { release: Slot["rollbackTo"][number] }) {
  return (
    <span className="text-ink-2 text-xs">
      {ranAt ? (
        <>
          last put here <TimeAgo at={ranAt} />
        </>
      ) : null}
      {ranAt && sealedAt ? ", " : null}
      {sealedAt ? (
        <>
          built <TimeAgo at={sealedAt} />
        </>
      ) : null}
    </span>
  );
}
