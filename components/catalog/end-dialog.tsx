"use client";

import { useState } from "react";
import type { ToldError } from "@/components/trpc/refusal";
import { TextareaField } from "@/components/ui/textarea";
import { FormDialog } from "./form-dialog";

type EndDialogProps = {
  title: string;
  /** What happens, and what does not. */
  description: string;
  verb: string;
  hasReason?: boolean;
  told: ToldError | null;
  pending: boolean;
  onEnd: (reason: string | undefined) => void;
  onClose: () => void;
};

/** Before something is no longer delivered. The reason stands in the audit trail. */
export function EndDialog(props: EndDialogProps) {
  const { title, description, verb, hasReason = true, told, pending, onEnd, onClose } = props;
  const [reason, setReason] = useState("");
  return (
    <FormDialog
      danger
      title={title}
      description={description}
      verb={verb}
      pending={pending}
      told={told}
      onClose={onClose}
      onSubmit={() => onEnd(reason.trim() || undefined)}
    >
      {hasReason ? (
        <TextareaField
          label="Reason"
          maxLength={500}
          rows={3}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      ) : null}
    </FormDialog>
  );
}
