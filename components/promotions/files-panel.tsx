"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { QueryPart } from "@/components/trpc/query-part";
import { DiffView } from "@/components/ui/diff-view";
import { EmptyState } from "@/components/ui/empty-state";
import { PanelSkeleton } from "@/components/ui/skeleton";
import { contentQuestion } from "./content-question";
import type { PromotionCard } from "./promotion";

/** Line by line what would change. Fetched when it is looked at. */
export function FilesPanel({ card }: { card: PromotionCard }) {
  return (
    <QueryPart fallback={<PanelSkeleton lines={8} />}>
      <Files card={card} />
    </QueryPart>
  );
}

function Files({ card }: { card: PromotionCard }) {
  const trpc = useTRPC();
  const { kind } = card.promotion;
  const { data } = useSuspenseQuery(trpc.promotions.diff.queryOptions(contentQuestion(card)));
  if (data.length > 0) return <DiffView files={data} idPrefix="change" />;
  return (
    <EmptyState title="No file differs">
      {kind === "merge"
        ? "The commits leave the target's files as they are."
        : "The same files run there already, or nothing ran there before to compare with."}
    </EmptyState>
  );
}
