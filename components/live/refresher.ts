import type { QueryClient } from "@tanstack/react-query";
import { concerns } from "./topics-of-queries";

/** The least time between two refreshes of one router: a burst of events asks twice, not fifty times. */
const PAUSE_MS = 120;

/**
 * Refetches what is on screen of a router. An event that comes while its answer is under way asks once more
 * afterwards, because that answer may be older than the event.
 */
export function createRefresher(client: QueryClient): (router: string) => void {
  const dirty = new Set<string>();
  const busy = new Set<string>();
  async function run(router: string): Promise<void> {
    busy.add(router);
    while (dirty.delete(router)) {
      await client.invalidateQueries(
        { predicate: (query) => concerns(router, query.queryKey) },
        { cancelRefetch: true },
      );
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    busy.delete(router);
  }
  return (router) => {
    dirty.add(router);
    if (!busy.has(router)) void run(router);
  };
}
