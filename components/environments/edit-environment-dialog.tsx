"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/input";
import { showToast } from "@/components/ui/toast-queue";
import { slotHostObstacle } from "@/domain/environments/slot-host-url";
import type { EditedEnvironment, EnvironmentList } from "./edited-environment";
import { SlotHostField } from "./slot-host-field";
import { useActOptions } from "./use-environment-act";

type EditEnvironmentDialogProps = {
  list: EnvironmentList;
  environment: EditedEnvironment;
  onClose: () => void;
};

export function EditEnvironmentDialog({ list, environment, onClose }: EditEnvironmentDialogProps) {
  const trpc = useTRPC();
  const form = useId();
  const [name, setName] = useState(environment.name);
  // Others' news may bring what was saved before the answer does.
  const [before] = useState(environment);
  const [host, setHost] = useState(environment.slotHostUrl ?? "");
  const isSame = name.trim() === before.name && (host.trim() || null) === before.slotHostUrl;
  const options = useActOptions(() => {
    onClose();
    if (isSame) return;
    const { id: environmentId, name: was, slotHostUrl } = before;
    const is = name.trim();
    showToast({
      tone: "ok",
      title: is === was ? `${is} is changed` : `${was} is called ${is} now`,
      action: { label: "Undo", onClick: () => undo.mutate({ environmentId, name: was, slotHostUrl }) },
    });
  });
  const { invalidates } = options.meta;
  const undo = useMutation(trpc.environments.edit.mutationOptions({ meta: { invalidates } }));
  const edit = useMutation(trpc.environments.edit.mutationOptions(options));
  const hostError = host.trim() === "" ? null : slotHostObstacle(host.trim(), list.isDemonstration);
  const nameError = name.trim() === "" ? "Give it a name." : null;
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => isOpen || onClose()}
      title={`Edit ${environment.name}`}
      description={`Its key stays ${environment.key}: policies name it by that.`}
      actions={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button type="submit" form={form} variant="primary" pending={edit.isPending}>
            Save
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
          if (nameError || hostError) return;
          edit.mutate({
            environmentId: environment.id,
            name: name.trim(),
            slotHostUrl: host.trim() || null,
          });
        }}
      >
        <TextField
          label="Name"
          required
          maxLength={40}
          value={name}
          error={nameError}
          onChange={(event) => setName(event.target.value)}
        />
        <SlotHostField
          value={host}
          error={hostError}
          isDemonstration={list.isDemonstration}
          onChange={setHost}
        />
        {edit.error ? (
          <p role="alert" className="text-bad-ink">
            {tell(edit.error).sentence}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}
