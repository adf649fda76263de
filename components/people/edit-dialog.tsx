"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/input";
import { showToast } from "@/components/ui/toast-queue";
import type { Person } from "./person";

/** Corrects a name or an address. Commits with the address before stay this person's. */
export function EditDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useId();
  const [given, setGiven] = useState({ name: person.name, email: person.email ?? "" });
  const meta = { invalidates: [trpc.people.pathKey()] };
  const undo = useMutation(trpc.people.edit.mutationOptions({ meta }));
  const edit = useMutation(
    trpc.people.edit.mutationOptions({
      meta: { ...meta, tellsItself: ["INVALID", "CONFLICT", "SECOND_ADMINISTRATOR"] },
      onSuccess: ({ personId, name }) => {
        onClose();
        showToast({
          tone: "ok",
          title: `${name} is saved`,
          action: {
            label: "Undo",
            onClick: () => undo.mutate({ personId, name: person.name, email: person.email ?? "" }),
          },
        });
      },
    }),
  );
  const told = edit.error ? tell(edit.error) : null;
  const hasFields = Boolean(told?.fields.name || told?.fields.email);
  const field = (name: keyof typeof given) => ({
    value: given[name],
    error: told?.fields[name]?.[0],
    onChange: ({ target }: { target: { value: string } }) => setGiven({ ...given, [name]: target.value }),
  });
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => isOpen || onClose()}
      title={`Edit ${person.name}`}
      description={
        person.identities.length > 0
          ? "At the next sign-in, the name and the confirmed address of the identity provider take the place of these."
          : "They find their roles when they first sign in with this verified address."
      }
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
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          edit.mutate({ personId: person.id, name: given.name.trim(), email: given.email.trim() });
        }}
      >
        {told && !hasFields ? <Callout tone="error" title={told.sentence} /> : null}
        <TextField label="Name" required maxLength={200} {...field("name")} />
        <TextField
          label="E-mail"
          type="email"
          required
          maxLength={200}
          hint="Commits with the address before stay theirs."
          {...field("email")}
        />
      </form>
    </Dialog>
  );
}
