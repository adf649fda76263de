"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import type { Outputs } from "@/components/trpc/outputs";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/input";
import { TextareaField } from "@/components/ui/textarea";
import { showToast } from "@/components/ui/toast-queue";
import { OtherPerson } from "./other-person";
import type { Person } from "./person";

/** Two names of one human being: what follows is shown first, and the name that ends is typed. */
export function LinkDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const trpc = useTRPC();
  const router = useRouter();
  const form = useId();
  const [otherId, setOtherId] = useState("");
  const [name, setName] = useState("");
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState<"name" | "reason" | null>(null);
  const { data: preview, error } = useQuery({
    ...trpc.people.previewLink.queryOptions({ personId: person.id, otherId }),
    enabled: otherId !== "",
    retry: false,
  });
  const link = useMutation(
    trpc.people.link.mutationOptions({
      meta: { invalidates: [trpc.people.pathKey()] },
      onSuccess: ({ personId }) => {
        onClose();
        showToast({ tone: "ok", title: "They are one from here on" });
        router.push(`/people/${personId}`);
      },
    }),
  );
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => isOpen || onClose()}
      title={`${person.name} is the same human being as…`}
      description="Four eyes then mean two people: neither name approves what the other had a hand in. This is never undone."
      wide
      actions={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button
            type="submit"
            form={form}
            variant="dangerSolid"
            pending={link.isPending}
            disabledReason={preview ? preview.refusal : "Choose who it is first"}
          >
            Link for good
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
          if (name.trim() !== preview?.fold.name) return setMissing("name");
          if (reason.trim() === "") return setMissing("reason");
          link.mutate({ personId: person.id, otherId, name, reason: reason.trim() });
        }}
      >
        <OtherPerson
          personId={person.id}
          value={otherId}
          onChange={(id) => {
            setOtherId(id);
            setName("");
          }}
        />
        {error ? <Callout tone="error" title={error.message} /> : null}
        {preview ? (
          <>
            <Outlook preview={preview} />
            {preview.refusal ? null : (
              <>
                <TextareaField
                  label="Why"
                  required
                  rows={2}
                  maxLength={300}
                  value={reason}
                  error={missing === "reason" ? "Say why: it stands in the audit trail." : null}
                  onChange={({ target }) => {
                    setReason(target.value);
                    setMissing(null);
                  }}
                />
                <TextField
                  label={`Type ${preview.fold.name} to confirm`}
                  required
                  value={name}
                  error={missing === "name" ? `Type exactly: ${preview.fold.name}` : null}
                  onChange={({ target }) => {
                    setName(target.value);
                    setMissing(null);
                  }}
                />
              </>
            )}
          </>
        ) : null}
      </form>
    </Dialog>
  );
}

function Outlook({ preview }: { preview: Outputs["people"]["previewLink"] }) {
  const { keep, fold, promotions, rolesEnding, rolesAskedAnew, identitiesMoving, refusal } = preview;
  if (refusal) return <Callout tone="error" title={refusal} />;
  const losing = promotions.filter((one) => one.losesVote && !one.isRunning);
  const running = promotions.filter((one) => one.isRunning);
  const said = (list: typeof promotions) => list.map(({ number, title }) => `#${number} ${title}`).join(", ");
  return (
    <div>
      <p className="font-medium">
        {keep.name} stays, {fold.name} ends
      </p>
      <ul className="mt-1 list-disc pl-5 text-ink-2">
        <li>
          Sessions and tokens of {fold.name} end
          {identitiesMoving > 0 ? `; their sign-in becomes one of ${keep.name}` : ""}.
        </li>
        {rolesEnding.length > 0 ? <li>{`${fold.name} loses: ${rolesEnding.join("; ")}.`}</li> : null}
        {rolesAskedAnew.length > 0 ? (
          <li>
            {`${keep.name} is asked for anew, as another sign-in would get it: ${rolesAskedAnew.join("; ")}. A second administrator agrees.`}
          </li>
        ) : null}
        <li>
          {losing.length > 0
            ? `Votes stop counting on ${said(losing)}, and it waits for approval again.`
            : "No waiting promotion loses a vote."}
        </li>
        {running.length > 0 ? (
          <li>{`Under way and not broken off, but marked for review: ${said(running)}.`}</li>
        ) : null}
      </ul>
    </div>
  );
}
