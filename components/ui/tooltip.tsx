import type { ReactNode } from "react";
import { classNames } from "./class-names";

/**
 * Words that explain more on hover and on focus. Any element can say the same with `data-tip="…"`
 * (`data-tip-keys`, `data-tip-time` for an exact time): one layer in the shell shows them all.
 */
export function Tooltip({
  text,
  children,
  className,
}: {
  text: string;
  children: ReactNode;
  className?: string;
}) {
  return (
    <button
      type="button"
      data-tip={text}
      className={classNames(
        "over-row cursor-help text-left underline decoration-line-strong decoration-dotted underline-offset-4",
        className,
      )}
    >
      {children}
    </button>
  );
}
