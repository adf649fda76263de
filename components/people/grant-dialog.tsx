"use client";

import { useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import { TextareaField } from "@/components/ui/textarea";
import type { Person } from "./person";
import { EVERYWHERE, type RoleAndScope, RoleAndScopeFields } from "./role-and-scope";
import { useGiveRole } from "./use-give-role";

type GrantDialogProps = { person: Person; open: boolean; onOpenChange: (open: boolean) => void };

/** Gives a role, or asks for it where that takes two administrators. */
export function GrantDialog({ person, open, onOpenChange }: GrantDialogProps) {
  const form = useId();
  const possible = person.roleOptions.find(({ refusal }) => refusal === null)?.role ?? "viewer";
  const [wish, setWish] = useState<RoleAndScope>({ role: possible, scope: EVERYWHERE });
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState<string | null>(null);
  const give = useGiveRole(person.name, () => {
    setReason("");
    onOpenChange(false);
  });
  const takesTwo = person.roleOptions.find(({ role }) => role === wish.role)?.takesTwo ?? false;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Give ${person.name} a role`}
      wide
      actions={
        <>
          <Button onClick={() => onOpenChange(false)}>Back</Button>
          <Button type="submit" form={form} variant="primary" pending={give.isPending}>
            {takesTwo ? "Ask for it" : "Give the role"}
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
          if (reason.trim() === "") return setMissing("Say why: it stands beside the role from now on.");
          give.mutate({ personId: person.id, ...wish, reason: reason.trim() });
        }}
      >
        <RoleAndScopeFields options={person.roleOptions} value={wish} onChange={setWish} />
        <TextareaField
          label="Why"
          required
          rows={2}
          maxLength={300}
          value={reason}
          error={missing}
          onChange={({ target }) => {
            setReason(target.value);
            setMissing(null);
          }}
        />
        {takesTwo ? <SecondAdministrator names={person.administrators} /> : null}
      </form>
    </Dialog>
  );
}

export function SecondAdministrator({ names }: { names: readonly string[] }) {
  return names.length > 0 ? (
    <Callout tone="waiting" title="Another administrator agrees first">
      {names.join(" or ")} can. You are told here when it is done.
    </Callout>
  ) : (
    <Callout tone="warning" title="Nobody else could agree">
      There is no other administrator. Appoint one first.
    </Callout>
  );
}
