"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import { SelectField } from "@/components/ui/select";
import { TextareaField } from "@/components/ui/textarea";
import { showToast } from "@/components/ui/toast-queue";
import { policyInSentences } from "@/domain/policies/in-words";
import type { PolicyTarget } from "@/domain/policies/input";
import type { PolicyList } from "./policy";

export type BindPlace = { target: PolicyTarget; name: string; policy: { key: string } | null };

type BindDialogProps = {
  place: BindPlace;
  choices: PolicyList["choices"];
  /** The names of environments, by key. */
  names: ReadonlyMap<string, string>;
  onClose: () => void;
};

/** Which policy decides in one place, or that nothing comes there. What it asks for is read before it is bound. */
export function BindDialog({ place, choices, names, onClose }: BindDialogProps) {
  const trpc = useTRPC();
  const form = useId();
  const [key, setKey] = useState(place.policy?.key ?? "");
  const [note, setNote] = useState("");
  const [isTried, setIsTried] = useState(false);
  const invalidates = [trpc.policies.pathKey(), trpc.promotions.pathKey(), trpc.environments.pathKey()];
  const undo = useMutation(
    trpc.policies.bind.mutationOptions({
      meta: { invalidates },
      onSuccess: ({ waiting }) =>
        showToast({ tone: "ok", title: `As it was before.${lookedAgain(waiting)}` }),
    }),
  );
  const bind = useMutation(
    trpc.policies.bind.mutationOptions({
      meta: { invalidates, tellsItself: ["UNSATISFIABLE", "STALE_WRITE", "CONFLICT", "INVALID"] },
      onSuccess: ({ waiting }, { target, policyKey, expectedPolicyKey }) => {
        showToast({
          tone: "ok",
          title: `${policyKey ? "Bound" : "Closed"}.${lookedAgain(waiting)}`,
          action: {
            label: "Undo",
            onClick: () =>
              undo.mutate({
                target,
                policyKey: expectedPolicyKey,
                expectedPolicyKey: policyKey,
                note: "Undone straight after",
              }),
          },
        });
        onClose();
      },
    }),
  );
  const isSame = key === (place.policy?.key ?? "");
  const isSaid = note.trim().length >= 3;
  const chosen = choices.find((one) => one.key === key);
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => isOpen || onClose()}
      title={`What decides over ${place.name}`}
      description={
        key
          ? "It decides from now on. What waits there is looked at again, and voted on again where this asks for more."
          : "Nothing comes there until a policy is bound again. What waits stays, at its gates."
      }
      actions={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button
            type="submit"
            form={form}
            variant={key ? "primary" : "dangerSolid"}
            pending={bind.isPending}
            disabledReason={isSame ? "That is how it is now" : null}
          >
            {key ? "Bind" : `Close ${place.name}`}
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
          setIsTried(true);
          if (!isSaid || isSame) return;
          bind.mutate({
            target: place.target,
            policyKey: key || null,
            expectedPolicyKey: place.policy?.key ?? null,
            note,
          });
        }}
      >
        <SelectField
          label="Policy"
          required
          value={key}
          onChange={({ target }) => setKey(target.value)}
          options={[
            ...choices
              .filter(({ subject }) => subject === place.target.kind)
              .map((one) => ({ value: one.key, label: `${one.name}, version ${one.version}` })),
            { value: "", label: "None: closed" },
          ]}
        />
        {chosen ? (
          <ul className="flex flex-col gap-1 text-ink-2">
            {policyInSentences(chosen.rules, chosen.subject, names).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        ) : null}
        <TextareaField
          label="Why"
          required
          rows={2}
          maxLength={1000}
          value={note}
          error={isTried && !isSaid ? "Say why, in a few words: it stands in the audit trail." : null}
          onChange={({ target }) => setNote(target.value)}
        />
        {bind.error ? <Callout tone="error" title={tell(bind.error).sentence} /> : null}
      </form>
    </Dialog>
  );
}

/** What follows for promotions that wait there. */
export function lookedAgain(waiting: number): string {
  if (waiting === 0) return "";
  return ` ${waiting === 1 ? "1 promotion that waits is" : `${waiting} promotions that wait are`} looked at again.`;
}
