"use client";

import { useMemo } from "react";
import { useTRPC } from "@/components/trpc/client";

/** What a decision on a promotion makes stale: everything but what its revision contains. */
export function usePromotionKeys() {
  const trpc = useTRPC();
  return useMemo(
    () => [trpc.promotions.get.pathKey(), trpc.promotions.list.pathKey(), trpc.promotions.waiting.pathKey()],
    [trpc],
  );
}
