import { addressOf, numberOf, oneOf, type SearchParams, textOf } from "@/components/portal/address";
import type { ListPullRequests } from "@/domain/pull-requests/input";
import { PULL_REQUEST_STATES } from "@/domain/pull-requests/status";

export const PULL_REQUEST_VIEWS = ["all", ...PULL_REQUEST_STATES] as const;
export type PullRequestView = (typeof PULL_REQUEST_VIEWS)[number];

export type PullRequestsAddress = {
  view: PullRequestView;
  mine?: boolean;
  productKey?: string | undefined;
  before?: number | undefined;
};

export function readPullRequestsSearch(params: SearchParams): PullRequestsAddress {
  return {
    view: oneOf(params, "state", PULL_REQUEST_VIEWS) ?? "open",
    mine: textOf(params, "mine") === "1",
    productKey: textOf(params, "product"),
    before: numberOf(params, "before"),
  };
}

export function pullRequestsInput({ view, mine, productKey, before }: PullRequestsAddress): ListPullRequests {
  return {
    limit: 50,
    ...(view === "all" ? {} : { state: view }),
    ...(mine ? { author: "me" as const } : {}),
    ...(productKey ? { productKey } : {}),
    ...(before ? { before } : {}),
  };
}

export function pullRequestsHref({ view, mine, productKey, before }: PullRequestsAddress): string {
  return addressOf("/pull-requests", {
    state: view === "open" ? undefined : view,
    mine,
    product: productKey,
    before,
  });
}

export const PULL_REQUEST_TABS = ["files", "commits"] as const;
export type PullRequestAddress = {
  tab: (typeof PULL_REQUEST_TABS)[number];
  since: "base" | "seen";
};

export function readPullRequestSearch(params: SearchParams): PullRequestAddress {
  return {
    tab: oneOf(params, "tab", PULL_REQUEST_TABS) ?? "files",
    since: oneOf(params, "since", ["seen"]) ?? "base",
  };
}

export function pullRequestHref(number: number, { tab, since }: PullRequestAddress): string {
  return addressOf(`/pull-requests/${number}`, {
    tab: tab === "files" ? undefined : tab,
    since: since === "base" ? undefined : since,
  });
}
