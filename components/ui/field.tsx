import { type ReactNode, useId } from "react";
import { classNames } from "./class-names";

/** Spread on the control, so that its label, hint and error belong to it. */
export type ControlProps = {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
  required?: boolean;
};

type FieldProps = {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | null | undefined;
  required?: boolean | undefined;
  className?: string | undefined;
  children: (control: ControlProps) => ReactNode;
};

export function Field({ label, hint, error, required = false, className, children }: FieldProps) {
  const id = useId();
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  const control: ControlProps = {
    id,
    ...(described ? { "aria-describedby": described } : {}),
    ...(error ? { "aria-invalid": true as const } : {}),
    ...(required ? { required: true } : {}),
  };
  return (
    <div className={classNames("flex flex-col gap-1", className)}>
      <label htmlFor={id} className="font-medium">
        {label}
        {required ? null : <span className="font-normal text-ink-2"> (optional)</span>}
      </label>
      {children(control)}
      {hint ? (
        <p id={`${id}-hint`} className="text-ink-2 text-xs">
          {hint}
        </p>
      ) : null}
      {error ? (
        <p id={`${id}-error`} role="alert" className="text-bad-ink text-xs">
          {error}
        </p>
      ) : null}
    </div>
  );
}

/** What the text controls share. 16 px on a phone, or its browser zooms in at the first tap. */
export const controlClass =
  "w-full rounded-md border border-line-strong bg-panel px-2.5 text-ink transition-colors duration-100 hover:border-ink-3 focus-visible:border-accent focus-visible:outline-offset-0 aria-invalid:border-bad disabled:border-line disabled:bg-fill disabled:text-ink-2 max-md:text-[16px]";
