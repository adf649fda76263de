import type { Query, QueryClient } from "@tanstack/react-query";
import { concerns } from "./topics-of-queries";

/** A page that takes longer than this to arrive is asked for again by hand. */
const LATE_MS = 20_000;

export type LateArrivals = { heard: (router: string) => void; stop: () => void };

/**
 * What the server sends with a page was read before the page arrived. What changed meanwhile was heard while nothing of it
 * was on screen, and would never be shown: such an answer counts as out of date from the beginning.
 */
export function watchLateArrivals(client: QueryClient): LateArrivals {
  const heardAt = new Map<string, number>();
  const isLate = ({ queryKey }: Query) =>
    [...heardAt].some(([router, at]) => Date.now() - at < LATE_MS && concerns(router, queryKey));
  const stop = client.getQueryCache().subscribe((event) => {
    const isHandedOver =
      event.type === "added" || (event.type === "updated" && event.action.type === "setState");
    const { query } = event;
    if (!isHandedOver || query.state.data === undefined || !isLate(query)) return;
    // Not within the library's own notification.
    queueMicrotask(() => void client.invalidateQueries({ predicate: (one) => one === query }));
  });
  return { heard: (router) => void heardAt.set(router, Date.now()), stop };
}
