"use client";

import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import type { Outputs } from "@/components/trpc/outputs";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/input";
import { TextareaField } from "@/components/ui/textarea";
import { needsSecondAdministrator } from "@/domain/people/access";
import { ROLES } from "@/domain/people/roles";
import { severalWords } from "./people-words";
import { EVERYWHERE, type RoleAndScope, RoleAndScopeFields } from "./role-and-scope";
import { useGiveGroupRole } from "./use-give-role";

const OPTIONS = ROLES.map((role) => ({ role, takesTwo: needsSecondAdministrator(role, 2), refusal: null }));

/** Gives a group a role, with who would get it before the click. */
export function GroupRoleDialog({ groupName, onClose }: { groupName: string; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useId();
  const [name, setName] = useState(groupName);
  const [wish, setWish] = useState<RoleAndScope>({ role: "developer", scope: EVERYWHERE });
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState<"name" | "reason" | null>(null);
  const group = name.trim();
  const { data: preview } = useQuery({
    ...trpc.people.previewGroupRole.queryOptions({ groupName: group, ...wish }),
    enabled: group !== "",
  });
  const give = useGiveGroupRole(group, onClose);
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => isOpen || onClose()}
      title="What a group is to mean"
      wide
      actions={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button
            type="submit"
            form={form}
            variant="primary"
            pending={give.isPending}
            disabledReason={preview?.refusal}
          >
            {(preview?.takesTwo ?? needsSecondAdministrator(wish.role, 2)) ? "Ask for it" : "Give the role"}
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
          if (group === "") return setMissing("name");
          if (reason.trim() === "") return setMissing("reason");
          give.mutate({ groupName: group, ...wish, reason: reason.trim() });
        }}
      >
        <TextField
          label="Group"
          required
          maxLength={200}
          value={name}
          hint="Exactly as the identity provider names it."
          error={missing === "name" ? "Name the group." : null}
          onChange={({ target }) => {
            setName(target.value);
            setMissing(null);
          }}
        />
        <RoleAndScopeFields options={OPTIONS} value={wish} onChange={setWish} />
        <TextareaField
          label="Why"
          required
          rows={2}
          maxLength={300}
          value={reason}
          error={missing === "reason" ? "Say why: it stands beside the role from now on." : null}
          onChange={({ target }) => {
            setReason(target.value);
            setMissing(null);
          }}
        />
        {preview && group !== "" ? <Preview preview={preview} /> : null}
      </form>
    </Dialog>
  );
}

function Preview({ preview }: { preview: Outputs["people"]["previewGroupRole"] }) {
  const { gaining, having, administrators, takesTwo, refusal } = preview;
  if (refusal) return <Callout tone="error" title={refusal} />;
  const who =
    gaining.count > 0
      ? `${severalWords(gaining)} would get the role`
      : "Nobody seen so far would get the role";
  return (
    <Callout
      tone={takesTwo ? "waiting" : "info"}
      title={takesTwo ? `${who} when another administrator agrees` : `${who} at once`}
    >
      Whoever signs in with the group later has it then.
      {having.count > 0
        ? ` ${severalWords(having)} ${having.count === 1 ? "has" : "have"} it already.`
        : null}
      {administrators.count > 0
        ? ` ${severalWords(administrators)} ${administrators.count === 1 ? "administers, so a vote by it" : "administer, so votes by it"} would not count.`
        : null}
    </Callout>
  );
}
