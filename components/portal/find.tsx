"use client";

import { useCallback } from "react";
import { FindButton } from "@/components/shell/find-button";
import type { FindPage } from "@/components/shell/find-palette";
import { useTRPCClient } from "@/components/trpc/client";

export function Find({ pages }: { pages: readonly FindPage[] }) {
  const client = useTRPCClient();
  const search = useCallback(
    async (query: string, signal: AbortSignal) => {
      // Loaded with the first search: the words of every screen are not a page's own weight.
      const [results, { foundInWords }] = await Promise.all([
        client.search.find.query({ query }, { signal }),
        import("./found"),
      ]);
      return results.map(foundInWords);
    },
    [client],
  );
  return <FindButton search={search} pages={pages} />;
}
