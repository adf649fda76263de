import { addressOf, oneOf, type SearchParams, textOf } from "@/components/portal/address";
import type { ListWorkItems } from "@/domain/work-items/input";
import { WORK_ITEM_STATES, type WorkItemState } from "@/domain/work-items/status";

export type WorkItemsAddress = {
  state?: WorkItemState | undefined;
  productKey?: string | undefined;
  text?: string | undefined;
  after?: string | undefined;
};

export function readWorkItemsSearch(params: SearchParams): WorkItemsAddress {
  return {
    state: oneOf(params, "state", WORK_ITEM_STATES),
    productKey: textOf(params, "product"),
    text: textOf(params, "text", 100),
    after: textOf(params, "after", 30),
  };
}

export function workItemsInput({ state, productKey, text, after }: WorkItemsAddress): ListWorkItems {
  return {
    limit: 50,
    ...(state ? { state } : {}),
    ...(productKey ? { productKey } : {}),
    ...(text ? { text } : {}),
    ...(after ? { after } : {}),
  };
}

export function workItemsHref({ state, productKey, text, after }: WorkItemsAddress): string {
  return addressOf("/work-items", { state, product: productKey, text, after });
}
