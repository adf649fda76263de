"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTRPC } from "@/components/trpc/client";

/** How many promotions wait for whoever looks; nothing where none does. */
export function WaitingCount() {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.promotions.waiting.queryOptions());
  if (!data?.count) return null;
  return (
    <>
      {data.count}
      <span className="sr-only"> wait for you</span>
    </>
  );
}

const COUNTED = /^\(\d+\) /;

/** Keeps "(3) " before the title of the tab, whichever page sets it. */
export function WaitingInTitle() {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.promotions.waiting.queryOptions());
  const count = data?.count ?? 0;
  useEffect(() => {
    const put = () => {
      const bare = document.title.replace(COUNTED, "");
      const wanted = count > 0 ? `(${count}) ${bare}` : bare;
      if (bare && document.title !== wanted) document.title = wanted;
    };
    put();
    const watcher = new MutationObserver(put);
    watcher.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => watcher.disconnect();
  }, [count]);
  return null;
}
