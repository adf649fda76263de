import { ChevronDown } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names";
import { controlClass, Field } from "./field";

export type Option = { value: string; label: string; disabled?: boolean };
type OptionGroup = { label: string; options: readonly Option[] };

type SelectProps = ComponentProps<"select"> & { options: readonly (Option | OptionGroup)[] };

/** The platform's own list: it knows the keyboard, the phone and the screen reader. */
export function Select({ options, className, ...rest }: SelectProps) {
  return (
    <span className={classNames("relative block", className)}>
      <select {...rest} className={classNames(controlClass, "h-8 appearance-none pr-8")}>
        {options.map((entry) =>
          "options" in entry ? (
            <optgroup key={entry.label} label={entry.label}>
              {entry.options.map(optionOf)}
            </optgroup>
          ) : (
            optionOf(entry)
          ),
        )}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute top-2 right-2.5 size-4 text-ink-2" />
    </span>
  );
}

function optionOf({ value, label, disabled }: Option) {
  return (
    <option key={value} value={value} disabled={disabled}>
      {label}
    </option>
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
