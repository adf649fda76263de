import { z } from "zod";
import type { RunState } from "@/domain/pipelines/status";
import type { PromotionKind, PromotionState } from "@/domain/promotions/status";
import type { PullRequestState } from "@/domain/pull-requests/status";
import type { WorkItemState } from "@/domain/work-items/status";

export const Search = z.strictObject({ query: z.string().trim().min(1).max(100) });
export type Search = z.infer<typeof Search>;

/** Where it stands, as a state: the words for it are the screens' own, so that they are the same everywhere. */
export type SearchStanding =
  | { of: "promotion"; kind: PromotionKind; state: PromotionState; isBlocked: boolean }
  | { of: "pullRequest"; state: PullRequestState }
  | { of: "workItem"; state: WorkItemState }
  | { of: "run"; state: RunState };

export type SearchResult = {
  group: string;
  title: string;
  subtitle: string;
  href: string;
  standing?: SearchStanding;
};
