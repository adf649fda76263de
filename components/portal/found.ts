import { runStanding } from "@/components/pipelines/run-status";
import { standingOf } from "@/components/promotions/promotion-status";
import { pullRequestStanding } from "@/components/pull-requests/pull-request";
import type { FindResult } from "@/components/shell/find-palette";
import type { Status } from "@/components/ui/status-mark";
import { workItemStanding } from "@/components/work-items/work-item-status";
import type { SearchResult, SearchStanding } from "@/domain/search/input";

/** A result with the mark and the words that its own screen has for where it stands. */
export function foundInWords({ standing, ...result }: SearchResult): FindResult {
  if (!standing) return result;
  const { status, words } = inWords(standing);
  return { ...result, mark: status, subtitle: [result.subtitle, words].filter(Boolean).join(" · ") };
}

function inWords(standing: SearchStanding): { status: Status; words: string } {
  switch (standing.of) {
    case "promotion":
      return standingOf(standing);
    case "pullRequest":
      return pullRequestStanding(standing.state);
    case "workItem":
      return workItemStanding(standing.state);
    case "run":
      return runStanding(standing.state);
  }
}
