"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { SelectField } from "@/components/ui/select";
import { TextareaField } from "@/components/ui/textarea";
import { policyInSentences } from "@/domain/policies/in-words";
import type { EditedEnvironment, EnvironmentList } from "./edited-environment";
import { useActOptions } from "./use-environment-act";

type BindPolicyDialogProps = { list: EnvironmentList; environment: EditedEnvironment; onClose: () => void };

/** What the chosen policy asks for is read before it is bound. */
export function BindPolicyDialog({ list, environment, onClose }: BindPolicyDialogProps) {
  const trpc = useTRPC();
  const form = useId();
  const [policyKey, setPolicyKey] = useState(environment.policyKey ?? "");
  const bind = useMutation(trpc.policies.bind.mutationOptions(useActOptions(onClose)));
  const [note, setNote] = useState("");
  const [isChecked, setIsChecked] = useState(false);
  const noteError = note.trim().length < 3 ? "Say why, in a few words." : null;
  const chosen = list.policies.find(({ key }) => key === policyKey);
  const names = new Map(list.environments.map(({ key, name }) => [key, name]));
  const waiting = environment.counts?.waiting ?? 0;
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => isOpen || onClose()}
      title={`What ${environment.name} asks for`}
      description="The newest version of the policy is bound. What waits there is voted on again where it asks for more."
      actions={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button
            type="submit"
            form={form}
            variant={policyKey ? "primary" : "dangerSolid"}
            pending={bind.isPending}
          >
            {policyKey ? "Bind this policy" : `Close ${environment.name}`}
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
          if (noteError) return;
          bind.mutate({
            target: { kind: "environment", environmentId: environment.id },
            policyKey: policyKey || null,
            expectedPolicyKey: environment.policyKey,
            note: note.trim(),
          });
        }}
      >
        <SelectField
          label="Policy"
          required
          value={policyKey}
          options={[
            { value: "", label: "none: closed" },
            ...list.policies.map(({ key, name, version }) => ({
              value: key,
              label: `${name}, version ${version}`,
            })),
          ]}
          onChange={(event) => setPolicyKey(event.target.value)}
        />
        {chosen ? (
          <ul className="flex flex-col gap-1 text-ink-2">
            {policyInSentences(chosen.rules, names).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        ) : (
          <p className="text-ink-2">
            Nothing is deployed there while it is closed
            {waiting > 0
              ? `; ${waiting === 1 ? "the promotion that waits" : `the ${waiting} promotions that wait`} for it go back to their gates.`
              : "."}
          </p>
        )}
        <TextareaField
          label="Why"
          required
          rows={2}
          maxLength={500}
          value={note}
          error={isChecked ? noteError : null}
          onChange={(event) => setNote(event.target.value)}
        />
        {bind.error ? (
          <p role="alert" className="text-bad-ink">
            {tell(bind.error).sentence}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}
