import { addressOf, numberOf, oneOf, type SearchParams, textOf } from "@/components/portal/address";
import type { GetTrend, ListRuns } from "@/domain/pipelines/input";
import type { RunState } from "@/domain/pipelines/status";

export const RUN_VIEWS = ["all", "running", "passed", "failed", "cancelled"] as const;
export type RunView = (typeof RUN_VIEWS)[number];

const STATES: Record<RunView, readonly RunState[]> = {
  all: [],
  running: ["queued", "running"],
  passed: ["passed"],
  failed: ["failed", "invalid", "interrupted"],
  cancelled: ["cancelled"],
};

export const RUNS_PAGE = 50;

export const RUNS_TABS = ["runs", "durations"] as const;
export type RunsTab = (typeof RUNS_TABS)[number];

export type RunsAddress = {
  tab?: RunsTab | undefined;
  view: RunView;
  productKey?: string | undefined;
  repositoryKey?: string | undefined;
  branch?: string | undefined;
  before?: number | undefined;
};

export function readRunsSearch(params: SearchParams): RunsAddress {
  return {
    tab: oneOf(params, "tab", RUNS_TABS),
    view: oneOf(params, "state", RUN_VIEWS) ?? "all",
    productKey: textOf(params, "product"),
    repositoryKey: textOf(params, "repository"),
    branch: textOf(params, "branch", 244),
    before: numberOf(params, "before"),
  };
}

export function runsInput({ view, productKey, repositoryKey, branch, before }: RunsAddress): ListRuns {
  return {
    limit: RUNS_PAGE,
    ...(STATES[view].length > 0 ? { states: [...STATES[view]] } : {}),
    ...(productKey ? { productKey } : {}),
    ...(repositoryKey ? { repositoryKey } : {}),
    ...(branch ? { branch } : {}),
    ...(before ? { before } : {}),
  };
}

export function trendInput({ productKey, repositoryKey, branch }: RunsAddress): GetTrend {
  return {
    ...(productKey ? { productKey } : {}),
    ...(repositoryKey ? { repositoryKey } : {}),
    ...(branch ? { branch } : {}),
  };
}

export function runsHref({ tab, view, productKey, repositoryKey, branch, before }: RunsAddress): string {
  return addressOf("/pipelines", {
    tab: tab === "runs" ? undefined : tab,
    state: view === "all" ? undefined : view,
    product: productKey,
    repository: repositoryKey,
    branch,
    before,
  });
}
