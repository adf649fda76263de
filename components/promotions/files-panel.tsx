"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { DiffView } from "@/components/ui/diff-view";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { PanelSkeleton } from "@/components/ui/skeleton";
import type { PromotionCard } from "./promotion";

/** Line by line what would change. Fetched when it is looked at. */
export function FilesPanel({ card }: { card: PromotionCard }) {
  const trpc = useTRPC();
  const { number, revision, kind } = card.promotion;
  const { data, error, refetch, isFetching } = useQuery(
    trpc.promotions.diff.queryOptions({ number, revision }, { placeholderData: keepPreviousData }),
  );
  if (error && !data) {
    return <ErrorState message={tell(error).sentence} onRetry={() => void refetch()} pending={isFetching} />;
  }
  if (!data) return <PanelSkeleton lines={8} />;
  if (data.length === 0) {
    return (
      <EmptyState title="No file differs">
        {kind === "merge"
          ? "The commits leave the target's files as they are."
          : "The same files run there already, or nothing ran there before to compare with."}
      </EmptyState>
    );
  }
  return <DiffView files={data} idPrefix="change" />;
}
