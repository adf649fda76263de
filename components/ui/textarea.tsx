import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names";
import { controlClass, Field } from "./field";

export function Textarea({ className, ...rest }: ComponentProps<"textarea">) {
  return (
    <textarea
      rows={3}
      {...rest}
      className={classNames(controlClass, "field-sizing-content min-h-16 py-1.5", className)}
    />
  );
}

type TextareaFieldProps = ComponentProps<"textarea"> & {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | null | undefined;
};

export function TextareaField({ label, hint, error, required, className, ...rest }: TextareaFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} required={required} className={className}>
      {(control) => <Textarea {...rest} {...control} />}
    </Field>
  );
}
