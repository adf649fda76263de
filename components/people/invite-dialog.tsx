"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/input";

type InviteDialogProps = {
  open: boolean;
  /** What stands in the form to begin with. */
  email?: string | undefined;
  onOpenChange: (open: boolean) => void;
};

/** Adds somebody before they first sign in, so that their roles wait for them. */
export function InviteDialog({ open, email = "", onOpenChange }: InviteDialogProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const form = useId();
  const [given, setGiven] = useState({ name: "", email, title: "" });
  const invite = useMutation(
    trpc.people.invite.mutationOptions({
      meta: { invalidates: [trpc.people.pathKey()], tellsItself: ["INVALID", "CONFLICT"] },
      onSuccess: ({ id }) => router.push(`/people/${id}`),
    }),
  );
  const told = invite.error ? tell(invite.error) : null;
  const field = (name: keyof typeof given) => ({
    value: given[name],
    onChange: ({ target }: { target: { value: string } }) => setGiven({ ...given, [name]: target.value }),
  });
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Add a person"
      description="They find their roles when they first sign in with this verified address. No message is sent."
      actions={
        <>
          <Button onClick={() => onOpenChange(false)}>Back</Button>
          <Button type="submit" form={form} variant="primary" pending={invite.isPending}>
            Add
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
          invite.mutate({
            name: given.name.trim(),
            email: given.email.trim(),
            ...(given.title.trim() ? { title: given.title.trim() } : {}),
          });
        }}
      >
        <TextField label="Name" required maxLength={100} error={told?.fields.name?.[0]} {...field("name")} />
        <TextField
          label="E-mail"
          type="email"
          required
          maxLength={200}
          error={told?.fields.email?.[0] ?? (told?.code === "CONFLICT" ? told.sentence : null)}
          {...field("email")}
        />
        <TextField label="Title" maxLength={100} error={told?.fields.title?.[0]} {...field("title")} />
      </form>
    </Dialog>
  );
}
