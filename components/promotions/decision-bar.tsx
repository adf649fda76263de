import type { ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";
import { UntrustedText } from "@/components/ui/untrusted-text";

type DecisionBarProps = {
  /** Why the reader cannot approve now; null where they can, or where nothing is to decide. */
  obstacle: string | null;
  /** There are buttons in it. */
  holds: boolean;
  children: ReactNode;
};

/** On a phone the decision, or why there is none to take, stays at the bottom of the screen, where the thumb is. */
export function DecisionBar({ obstacle, holds, children }: DecisionBarProps) {
  if (!holds && obstacle === null) return null;
  return (
    <div
      data-bottom-bar
      className={classNames(
        "max-lg:fixed max-lg:inset-x-0 max-lg:bottom-0 max-lg:z-20 max-lg:border-t max-lg:bg-panel max-lg:px-4 max-lg:pt-3 max-lg:pb-[max(12px,env(safe-area-inset-bottom))] print:hidden",
        !holds && "lg:hidden",
      )}
    >
      {obstacle ? (
        <p
          className={classNames(
            "line-clamp-2 lg:hidden",
            holds ? "mb-2 text-ink-2" : "min-h-8 content-center",
          )}
        >
          <UntrustedText>{obstacle}</UntrustedText>
        </p>
      ) : null}
      {children}
    </div>
  );
}
