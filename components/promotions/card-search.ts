export const CARD_TABS = ["changes", "files", "history"] as const;
export type CardTab = (typeof CARD_TABS)[number];

export function readCardTab(value: string | string[] | undefined): CardTab {
  return CARD_TABS.find((tab) => tab === value) ?? "changes";
}

export function cardHref(number: number, tab: CardTab = "changes"): string {
  return tab === "changes" ? `/promotions/${number}` : `/promotions/${number}?tab=${tab}`;
}
