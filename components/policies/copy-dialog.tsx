"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/input";
import { SelectField } from "@/components/ui/select";
import { TextareaField } from "@/components/ui/textarea";
import type { PolicyList } from "./policy";
import { policyHref } from "./policy-search";

type CopyDialogProps = { choices: PolicyList["choices"]; onClose: () => void };

/** A policy of its own with the rules of another: the way to begin one. */
export function CopyDialog({ choices, onClose }: CopyDialogProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const form = useId();
  const [fromKey, setFromKey] = useState(choices[0]?.key ?? "");
  const [name, setName] = useState("");
  const [note, setNote] = useState("");
  const [isTried, setIsTried] = useState(false);
  const key = keyOf(name);
  const copy = useMutation(
    trpc.policies.copy.mutationOptions({
      meta: { invalidates: [trpc.policies.pathKey()], tellsItself: ["CONFLICT", "INVALID"] },
      onSuccess: (made) => router.push(policyHref(made.key)),
    }),
  );
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => isOpen || onClose()}
      title="Copy a policy"
      description="The copy has a life of its own. It decides nowhere until it is bound."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" pending={copy.isPending}>
            Copy
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
          if (key && note.trim().length >= 3) copy.mutate({ fromKey, key, name, note });
        }}
      >
        <SelectField
          label="Copy of"
          required
          value={fromKey}
          onChange={({ target }) => setFromKey(target.value)}
          options={choices.map((one) => ({
            value: one.key,
            label: `${one.name} (${one.subject === "branch" ? "merges" : "deployments"})`,
          }))}
        />
        <TextField
          label="Name"
          required
          maxLength={80}
          value={name}
          hint={key ? `Its address will be /policies/${key}` : undefined}
          error={isTried && !key ? "Give it a name with a letter or digit in it." : null}
          onChange={({ target }) => setName(target.value)}
        />
        <TextareaField
          label="Why"
          required
          rows={2}
          maxLength={1000}
          value={note}
          error={
            isTried && note.trim().length < 3
              ? "Say why, in a few words: it stands in the audit trail."
              : null
          }
          onChange={({ target }) => setNote(target.value)}
        />
        {copy.error ? <Callout tone="error" title={tell(copy.error).sentence} /> : null}
      </form>
    </Dialog>
  );
}

function keyOf(name: string): string {
  return name
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
}
