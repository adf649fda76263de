import { type ComponentProps, type ReactNode, useId } from "react";
import { classNames } from "./class-names";

type SwitchProps = Omit<ComponentProps<"input">, "type" | "role"> & { label: ReactNode; hint?: ReactNode };

/** On or off, at once. The label stands before it, its consequence below. */
export function Switch({ label, hint, className, ...rest }: SwitchProps) {
  const id = useId();
  return (
    <div className={classNames("flex items-start gap-4", className)}>
      <div className="min-w-0 flex-1">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint ? (
          <p id={`${id}-hint`} className="text-ink-2">
            {hint}
          </p>
        ) : null}
      </div>
      <input
        {...rest}
        id={id}
        type="checkbox"
        // biome-ignore lint/a11y/useAriaPropsForRole: a native checkbox says by itself whether it is checked
        role="switch"
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="relative h-5 w-8 shrink-0 cursor-pointer appearance-none rounded-full border border-ink-3 bg-fill-strong transition-colors duration-100 before:absolute before:top-[3px] before:left-[3px] before:size-3 before:rounded-full before:bg-ink-2 before:transition-transform before:duration-100 checked:border-accent checked:bg-accent checked:before:translate-x-3 checked:before:bg-on-accent disabled:cursor-not-allowed disabled:opacity-50"
      />
    </div>
  );
}
