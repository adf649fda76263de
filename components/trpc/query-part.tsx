"use client";

import { QueryErrorResetBoundary } from "@tanstack/react-query";
import { Component, type ReactNode, Suspense } from "react";
import { ErrorState } from "@/components/ui/error-state";
import { tell } from "./refusal";

type QueryPartProps = {
  /** Stands where the content will stand, with its size. */
  fallback: ReactNode;
  children: ReactNode;
};

/**
 * A part of a page that has its own `useSuspenseQuery`: it streams in by itself, and its failure stays in its place
 * with another try. What is prefetched without waiting must be read this way; `useQuery` would not match the server.
 */
export function QueryPart({ fallback, children }: QueryPartProps) {
  return (
    <QueryErrorResetBoundary>
      {({ reset }) => (
        <FailureBoundary onRetry={reset}>
          <Suspense fallback={fallback}>{children}</Suspense>
        </FailureBoundary>
      )}
    </QueryErrorResetBoundary>
  );
}

type BoundaryProps = { onRetry: () => void; children: ReactNode };
type BoundaryState = { error: unknown };

class FailureBoundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { error: null };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { error };
  }

  readonly retry = () => {
    this.props.onRetry();
    this.setState({ error: null });
  };

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return <ErrorState message={tell(this.state.error).sentence} onRetry={this.retry} />;
  }
}
