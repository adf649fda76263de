"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { SelectField } from "@/components/ui/select";
import { policyInSentences } from "@/domain/policies/in-words";
import type { EditedEnvironment, EnvironmentList } from "./manage-environments";
import { useActOptions } from "./use-environment-act";

type BindPolicyDialogProps = { list: EnvironmentList; environment: EditedEnvironment; onClose: () => void };

/** What the chosen policy asks for is read before it is bound. */
export function BindPolicyDialog({ list, environment, onClose }: BindPolicyDialogProps) {
  const trpc = useTRPC();
  const form = useId();
  const [policyKey, setPolicyKey] = useState(environment.policyKey ?? "");
  const bind = useMutation(trpc.environments.bindPolicy.mutationOptions(useActOptions(onClose)));
  const chosen = list.policies.find(({ key }) => key === policyKey);
  const names = new Map(list.environments.map(({ key, name }) => [key, name]));
  const waiting = environment.counts?.waiting ?? 0;
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => isOpen || onClose()}
      title={`What ${environment.name} asks for`}
      description="The newest version of the policy is bound. What was asked for before keeps its rules."
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
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          bind.mutate({ environmentId: environment.id, policyKey: policyKey || null });
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
        {bind.error ? (
          <p role="alert" className="text-bad-ink">
            {tell(bind.error).sentence}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}
