"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/input";
import { TextareaField } from "@/components/ui/textarea";
import { placeName, type ReleasePage } from "./release";

const WAITING = ["gating", "awaiting_approval", "ready"];

/** Says what follows before the click; the version is typed, since there is no way back. */
export function WithdrawDialog({ page, onClose }: { page: ReleasePage; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useId();
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const [isChecked, setIsChecked] = useState(false);
  const { release } = page;
  const withdraw = useMutation(
    trpc.releases.withdraw.mutationOptions({
      meta: {
        invalidates: [trpc.releases.pathKey(), trpc.environments.pathKey(), trpc.promotions.pathKey()],
        tellsItself: ["RELEASE_WITHDRAWN", "INVALID", "FORBIDDEN", "NOT_FOUND"],
      },
      onSuccess: onClose,
    }),
  );
  const typedError = typed.trim() === release.version ? null : `Type ${release.version} to confirm.`;
  const reasonError = reason.trim() === "" ? "Say why: it is kept with the release." : null;
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => isOpen || onClose()}
      title={`Withdraw ${release.version}`}
      description="For good: a withdrawal is never undone."
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button type="submit" form={form} variant="dangerSolid" pending={withdraw.isPending}>
            Withdraw for good
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
          setIsChecked(true);
          if (typedError || reasonError) return;
          withdraw.mutate({ releaseId: release.id, version: typed.trim(), reason: reason.trim() });
        }}
      >
        <Consequences page={page} />
        <TextareaField
          label="Why"
          required
          rows={3}
          maxLength={500}
          value={reason}
          error={isChecked ? reasonError : null}
          onChange={(event) => setReason(event.target.value)}
        />
        <TextField
          label={
            <>
              Type <span className="font-mono">{release.version}</span> to confirm
            </>
          }
          required
          value={typed}
          error={isChecked ? typedError : null}
          onChange={(event) => setTyped(event.target.value)}
        />
        {withdraw.error ? (
          <p role="alert" className="text-bad-ink">
            {tell(withdraw.error).sentence}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}

function Consequences({ page: { runsIn, promotions } }: { page: ReleasePage }) {
  const waiting = promotions.filter(({ state }) => WAITING.includes(state));
  const places = [...new Set(runsIn.map(placeName))];
  return (
    <ul className="flex list-disc flex-col gap-1 pl-5">
      <li>Nobody can ask for it any more, in any environment.</li>
      <li>
        {waiting.length === 0
          ? "No promotion waits for it."
          : `${waiting.length === 1 ? "1 waiting promotion is" : `${waiting.length} waiting promotions are`} cancelled with your reason: ${waiting.map(({ number }) => `#${number}`).join(", ")}.`}
      </li>
      <li>
        {places.length === 0
          ? "It runs nowhere."
          : `It goes on running in ${places.join(", ")}. Each can be rolled back from this page afterwards.`}
      </li>
    </ul>
  );
}
