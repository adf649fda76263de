import { addressOf, numberOf, oneOf, type SearchParams, textOf } from "@/components/portal/address";

export const RUN_TABS = ["log", "artifacts", "timings"] as const;
export type RunTab = (typeof RUN_TABS)[number];

export type RunAddress = {
  tab: RunTab;
  jobKey?: string | undefined;
  /** An earlier attempt of the job. */
  attempt?: number | undefined;
};

export function readRunSearch(params: SearchParams): RunAddress {
  return {
    tab: oneOf(params, "tab", RUN_TABS) ?? "log",
    jobKey: textOf(params, "job"),
    attempt: numberOf(params, "attempt"),
  };
}

export function runHref(number: number, { tab, jobKey, attempt }: RunAddress): string {
  return addressOf(`/pipelines/${number}`, { tab: tab === "log" ? undefined : tab, job: jobKey, attempt });
}
