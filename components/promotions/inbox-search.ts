import { INBOX_VIEWS, type InboxView } from "@/domain/promotions/inbox-views";
import type { ListPromotions } from "@/domain/promotions/input";

export const INBOX_PAGE = 50;

type SearchParams = Record<string, string | string[] | undefined>;

/** The filter is the address. What an address says that cannot be meant is passed over. */
export function readInboxSearch(params: SearchParams): ListPromotions {
  const view = INBOX_VIEWS.find((known) => known === params.view) ?? "all";
  const before = Number(params.before);
  const product = typeof params.product === "string" ? params.product.slice(0, 60) : "";
  return {
    view,
    limit: INBOX_PAGE,
    ...(product ? { productKey: product } : {}),
    ...(Number.isSafeInteger(before) && before > 0 ? { before } : {}),
  };
}

type Address = { view: InboxView; productKey?: string | undefined; before?: number | undefined };

export function inboxHref({ view, productKey, before }: Address): string {
  const query = new URLSearchParams();
  if (view !== "all") query.set("view", view);
  if (productKey) query.set("product", productKey);
  if (before) query.set("before", String(before));
  const text = query.toString();
  return text ? `/promotions?${text}` : "/promotions";
}

/** Nothing was ever asked for, as far as the reader sees: the whole list is empty, not a part of it. */
export function isBeforeFirst({ view, productKey, before }: ListPromotions, count: number): boolean {
  return count === 0 && view === "all" && productKey === undefined && before === undefined;
}

/** What the first page of "All" shows above the rest. */
export function waitingSectionOf(input: ListPromotions): ListPromotions | null {
  if (input.view !== "all" || input.before) return null;
  return {
    view: "waits-for-me",
    limit: INBOX_PAGE,
    ...(input.productKey ? { productKey: input.productKey } : {}),
  };
}
