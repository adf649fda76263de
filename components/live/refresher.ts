import type { QueryClient } from "@tanstack/react-query";
import { concerns } from "./topics-of-queries";

/**
 * How long one router is left alone after its answer. Short at first, since the second event is often the one that is
 * waited for ("started", then "merged"); longer while a burst goes on: it asks a few times, not fifty.
 */
const PAUSES_MS = [15, 60, 120, 250] as const;

/**
 * Refetches what is on screen of a router. An event that comes while its answer is under way asks once more
 * afterwards, because that answer may be older than the event.
 */
export function createRefresher(client: QueryClient): (router: string) => void {
  const dirty = new Set<string>();
  const busy = new Set<string>();
  async function run(router: string): Promise<void> {
    busy.add(router);
    for (let burst = 0; dirty.delete(router); burst++) {
      await client.invalidateQueries(
        { predicate: (query) => concerns(router, query.queryKey) },
        { cancelRefetch: true },
      );
      await new Promise((resolve) => setTimeout(resolve, PAUSES_MS[burst] ?? 250));
    }
    busy.delete(router);
  }
  return (router) => {
    dirty.add(router);
    if (!busy.has(router)) void run(router);
  };
}
