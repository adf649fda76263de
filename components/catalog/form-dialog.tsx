"use client";

import { type ReactNode, useId } from "react";
import type { ToldError } from "@/components/trpc/refusal";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";

type FormDialogProps = {
  title: string;
  description?: ReactNode;
  /** The verb on the button. */
  verb: string;
  danger?: boolean;
  wide?: boolean;
  pending: boolean;
  /** What no field says: shown above the buttons. */
  told?: ToldError | null;
  onClose: () => void;
  onSubmit: () => void;
  children?: ReactNode;
};

/** A form over the page it is about. It stays as it is until it has succeeded. */
export function FormDialog(props: FormDialogProps) {
  const form = useId();
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => isOpen || props.onClose()}
      title={props.title}
      description={props.description}
      wide={props.wide ?? false}
      actions={
        <>
          <Button onClick={props.onClose}>Cancel</Button>
          <Button
            type="submit"
            form={form}
            variant={props.danger ? "dangerSolid" : "primary"}
            pending={props.pending}
          >
            {props.verb}
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
          if (!props.pending) props.onSubmit();
        }}
      >
        {props.children}
        {props.told ? (
          <p role="alert" className="text-bad-ink">
            {props.told.sentence}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}

/** The errors of one form: beside the key where it is taken, beside the fields the server names, or none of them. */
export function placed(told: ToldError | null): {
  of: (field: string) => string | undefined;
  rest: ToldError | null;
} {
  const isOfKey = told?.code === "CONFLICT";
  const isOfFields = told !== null && Object.keys(told.fields).length > 0;
  return {
    of: (field) => (isOfKey && field === "key" ? told.sentence : told?.fields[field]?.[0]),
    rest: isOfKey || isOfFields ? null : told,
  };
}
