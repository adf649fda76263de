"use client";

import { type ReactNode, useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextareaField } from "@/components/ui/textarea";

type ReasonDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description: string;
  label: string;
  /** The verb on the button. */
  verb: string;
  danger?: boolean;
  isRequired?: boolean;
  /** What is said where no reason was given. */
  missing?: string;
  /** Why it was refused, beside the field. */
  refusal?: string | null;
  pending: boolean;
  onConfirm: (reason: string) => void;
  children?: ReactNode;
};

const MAX = 500;

/** Asks for a reason before something that others will read about. ⌘/ctrl-Enter sends. */
export function ReasonDialog(props: ReasonDialogProps) {
  const { open, onOpenChange, title, description, label, verb, danger, isRequired = true } = props;
  const { missing = "Say why, so that its author knows what to do." } = props;
  const form = useId();
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string | null>(null);
  const submit = () => {
    const given = reason.trim();
    if (isRequired && given === "") return setError(missing);
    props.onConfirm(given);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      actions={
        <>
          <Button onClick={() => onOpenChange(false)}>Back</Button>
          <Button
            type="submit"
            form={form}
            variant={danger ? "dangerSolid" : "primary"}
            pending={props.pending}
          >
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
          submit();
        }}
      >
        {props.children}
        <TextareaField
          label={label}
          required={isRequired}
          maxLength={MAX}
          rows={3}
          value={reason}
          error={error}
          onChange={(event) => {
            setReason(event.target.value);
            setError(null);
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) submit();
          }}
        />
        {props.refusal ? (
          <p role="alert" className="text-bad-ink">
            {props.refusal}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}
