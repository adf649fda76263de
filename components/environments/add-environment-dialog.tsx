"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/input";
import { SelectField } from "@/components/ui/select";
import { showToast } from "@/components/ui/toast-queue";
import { EnvironmentKey } from "@/domain/environments/input";
import { slotHostObstacle } from "@/domain/environments/slot-host-url";
import type { EditedEnvironment, EnvironmentList } from "./edited-environment";
import { SlotHostField } from "./slot-host-field";
import { useActOptions } from "./use-environment-act";

type AddEnvironmentDialogProps = {
  list: EnvironmentList;
  after: EditedEnvironment | null;
  onClose: () => void;
};

/** A key is proposed from the name until somebody types one. */
export function AddEnvironmentDialog({ list, after, onClose }: AddEnvironmentDialogProps) {
  const trpc = useTRPC();
  const form = useId();
  const inUse = list.environments.filter(({ retiredAt }) => retiredAt === null);
  const [name, setName] = useState("");
  const [typedKey, setTypedKey] = useState<string | null>(null);
  const [afterId, setAfterId] = useState(after?.id ?? "");
  const [isProduction, setIsProduction] = useState(false);
  const [isPerClient, setIsPerClient] = useState(false);
  const [copyOf, setCopyOf] = useState("");
  const [slotHostUrl, setSlotHostUrl] = useState(after?.slotHostUrl ?? "");
  const [isChecked, setIsChecked] = useState(false);
  const key = typedKey ?? keyFrom(name);
  const add = useMutation(
    trpc.environments.add.mutationOptions({
      ...useActOptions(onClose),
      onSuccess: ({ slots }) => {
        onClose();
        showToast({
          tone: "ok",
          title: `${name.trim()} was added with ${slots === 1 ? "1 slot" : `${slots} slots`}`,
        });
      },
    }),
  );
  const keyError = EnvironmentKey.safeParse(key).error?.issues[0]?.message ?? null;
  const hostError =
    slotHostUrl.trim() === "" ? null : slotHostObstacle(slotHostUrl.trim(), list.isDemonstration);
  const nameError = name.trim() === "" ? "Give it a name." : null;
  const send = () => {
    setIsChecked(true);
    if (nameError || keyError || hostError) return;
    add.mutate({
      key,
      name: name.trim(),
      afterId: afterId || null,
      isProduction,
      isPerClient,
      slotHostUrl: slotHostUrl.trim() || null,
      copyPolicyOfId: copyOf || null,
    });
  };
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => isOpen || onClose()}
      title="Add an environment"
      description="It gets a slot for every component. What is on its way now does not have to pass it."
      actions={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button type="submit" form={form} variant="primary" pending={add.isPending}>
            Add environment
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
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label="Name"
            required
            maxLength={40}
            value={name}
            error={isChecked ? nameError : null}
            onChange={(event) => setName(event.target.value)}
          />
          <TextField
            label="Key"
            required
            maxLength={30}
            hint="For policies and tools. It never changes."
            value={key}
            error={isChecked && !nameError ? keyError : null}
            onChange={(event) => setTypedKey(event.target.value)}
          />
        </div>
        <SelectField
          label="Comes after"
          required
          value={afterId}
          options={[
            ...inUse.map(({ id, name: label }) => ({ value: id, label })),
            { value: "", label: "nothing: it is the first" },
          ]}
          onChange={(event) => setAfterId(event.target.value)}
        />
        <SelectField
          label="Policy"
          required
          hint={
            copyOf
              ? "A copy of its own: changing the other one later does not change this."
              : "Nothing is deployed there until a policy is bound."
          }
          value={copyOf}
          options={[
            { value: "", label: "none: it begins closed" },
            ...inUse
              .filter(({ rules }) => rules !== null)
              .map(({ id, name: label }) => ({ value: id, label: `a copy of what ${label} asks for` })),
          ]}
          onChange={(event) => setCopyOf(event.target.value)}
        />
        <SlotHostField
          value={slotHostUrl}
          error={isChecked ? hostError : null}
          isDemonstration={list.isDemonstration}
          onChange={setSlotHostUrl}
        />
        <Checkbox
          label="Production"
          hint="Asking for it takes a tech lead. This never changes."
          checked={isProduction}
          onChange={(event) => setIsProduction(event.target.checked)}
        />
        <Checkbox
          label="Per client"
          hint="Components that are installed per client have a slot for each. This never changes."
          checked={isPerClient}
          onChange={(event) => setIsPerClient(event.target.checked)}
        />
        {add.error ? (
          <p role="alert" className="text-bad-ink">
            {tell(add.error).sentence}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}

function keyFrom(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, 30);
}
