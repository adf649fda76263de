import { addressOf, numberOf, oneOf, type SearchParams, textOf } from "@/components/portal/address";
import type { ListTests } from "@/domain/pipelines/input";
import { TEST_VIEWS, type TestView } from "@/domain/pipelines/test-results";

export const RUN_TABS = ["log", "tests", "artifacts", "timings"] as const;
export type RunTab = (typeof RUN_TABS)[number];

export type RunAddress = {
  tab: RunTab;
  jobKey?: string | undefined;
  /** An earlier attempt of the job. */
  attempt?: number | undefined;
  /** A line of the log, from 1. */
  line?: number | undefined;
  /** Which tests, and where to go on in their list. */
  view?: TestView | undefined;
  words?: string | undefined;
  after?: string | undefined;
};

export function readRunSearch(params: SearchParams): RunAddress {
  const after = textOf(params, "after");
  return {
    tab: oneOf(params, "tab", RUN_TABS) ?? "log",
    jobKey: textOf(params, "job", 250),
    attempt: numberOf(params, "attempt"),
    line: numberOf(params, "line"),
    view: oneOf(params, "view", TEST_VIEWS),
    words: textOf(params, "find", 200),
    after: after && /^\d\.\d{1,6}\.\d{1,6}$/.test(after) ? after : undefined,
  };
}

export function runHref(number: number, address: RunAddress): string {
  const { tab, jobKey, attempt, line, view, words, after } = address;
  return addressOf(`/pipelines/${number}`, {
    tab: tab === "log" ? undefined : tab,
    job: jobKey,
    attempt,
    line,
    view: view === "all" ? undefined : view,
    find: words,
    after,
  });
}

export function testsInput(number: number, { view, words, after }: RunAddress): ListTests {
  return {
    number,
    view: view ?? "all",
    limit: 100,
    ...(words ? { words } : {}),
    ...(after ? { after } : {}),
  };
}
