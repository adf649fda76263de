"use client";

import { type ReactNode, useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextareaField } from "@/components/ui/textarea";

type WhyDialogProps = {
  title: string;
  /** What will happen. */
  description: string;
  verb: string;
  pending: boolean;
  onClose: () => void;
  onConfirm: (reason: string) => void;
  children?: ReactNode;
};

/** Before something that takes access away: what it does, and why, for the trail. */
export function WhyDialog({
  title,
  description,
  verb,
  pending,
  onClose,
  onConfirm,
  children,
}: WhyDialogProps) {
  const form = useId();
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState<string | null>(null);
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => isOpen || onClose()}
      title={title}
      description={description}
      actions={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button type="submit" form={form} variant="dangerSolid" pending={pending}>
            {verb}
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
          if (reason.trim() === "") return setMissing("Say why: it stands in the audit trail.");
          onConfirm(reason.trim());
        }}
      >
        {children}
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
      </form>
    </Dialog>
  );
}
