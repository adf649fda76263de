"use client";

import { useState } from "react";
import type { ToldError } from "@/components/trpc/refusal";
import { TextField } from "@/components/ui/input";
import { FormDialog, placed } from "./form-dialog";

type RenameDialogProps = {
  what: string;
  name: string;
  told: ToldError | null;
  pending: boolean;
  onRename: (name: string) => void;
  onClose: () => void;
};

/** Names change, keys do not. */
export function RenameDialog({ what, name: before, told, pending, onRename, onClose }: RenameDialogProps) {
  const [name, setName] = useState(before);
  const [missing, setMissing] = useState<string | null>(null);
  const { of, rest } = placed(told);
  return (
    <FormDialog
      title={`Rename ${what}`}
      description="Its key stays: addresses, pipeline files and history name it by that."
      verb="Rename"
      pending={pending}
      told={rest}
      onClose={onClose}
      onSubmit={() => {
        if (name.trim() === "") return setMissing("Give it a name.");
        onRename(name.trim());
      }}
    >
      <TextField
        label="Name"
        required
        maxLength={80}
        value={name}
        error={missing ?? of("name")}
        onChange={(event) => {
          setName(event.target.value);
          setMissing(null);
        }}
      />
    </FormDialog>
  );
}
