import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names";
import { controlClass, Field } from "./field";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input autoComplete="off" {...rest} className={classNames(controlClass, "h-8", className)} />;
}

type TextFieldProps = ComponentProps<"input"> & {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | null | undefined;
};

export function TextField({ label, hint, error, required, className, ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} required={required} className={className}>
      {(control) => <Input {...rest} {...control} />}
    </Field>
  );
}
