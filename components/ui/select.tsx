import { ChevronDown } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names";
import { controlClass, Field } from "./field";

export type Option = { value: string; label: string; disabled?: boolean };

type SelectProps = ComponentProps<"select"> & { options: readonly Option[] };

/** The platform's own list: it knows the keyboard, the phone and the screen reader. */
export function Select({ options, className, ...rest }: SelectProps) {
  return (
    <span className={classNames("relative block", className)}>
      <select {...rest} className={classNames(controlClass, "h-8 appearance-none pr-8")}>
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute top-2 right-2.5 size-4 text-ink-2" />
    </span>
  );
}

type SelectFieldProps = SelectProps & {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | null | undefined;
};

export function SelectField({ label, hint, error, required, className, ...rest }: SelectFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} required={required} className={className}>
      {(control) => <Select {...rest} {...control} />}
    </Field>
  );
}
