"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";

/** How many requests for access wait for whoever looks; nothing where none does. */
export function WaitingRequests() {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.people.waiting.queryOptions());
  if (!data?.count) return null;
  return (
    <>
      {data.count}
      <span className="sr-only"> wait for you</span>
    </>
  );
}
