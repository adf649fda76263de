"use client";

import { useCallback } from "react";
import { FindButton } from "@/components/shell/find-button";
import { useTRPCClient } from "@/components/trpc/client";

export function Find() {
  const client = useTRPCClient();
  const search = useCallback(
    (query: string, signal: AbortSignal) => client.search.find.query({ query }, { signal }),
    [client],
  );
  return <FindButton search={search} />;
}
