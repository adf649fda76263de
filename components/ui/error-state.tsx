"use client";

import { Button } from "./button";
import { StatusMark } from "./status-mark";

type ErrorStateProps = {
  title?: string;
  /** What went wrong, in words a person can act on. */
  message: string;
  /** For whoever looks it up in the log. */
  reference?: string | undefined;
  onRetry?: () => void;
  pending?: boolean;
};

export function ErrorState({
  title = "This could not be loaded",
  message,
  reference,
  onRetry,
  pending,
}: ErrorStateProps) {
  return (
    <div role="alert" className="flex flex-col items-center px-6 py-12 text-center">
      <StatusMark status="failed" label={null} />
      <p className="mt-2 font-medium">{title}</p>
      <p className="mt-1 max-w-md text-ink-2">{message}</p>
      {onRetry ? (
        <Button className="mt-4" onClick={onRetry} pending={pending ?? false}>
          Try again
        </Button>
      ) : null}
      {reference ? <p className="mt-3 font-mono text-ink-2 text-xs">reference {reference}</p> : null}
    </div>
  );
}
