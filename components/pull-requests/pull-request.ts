import type { Outputs } from "@/components/trpc/outputs";
import type { Status } from "@/components/ui/status-mark";
import type { PullRequestState } from "@/domain/pull-requests/status";

export type PullRequest = Outputs["pullRequests"]["get"];
export type PullRequestLine = Outputs["pullRequests"]["list"]["items"][number];

const STANDINGS: Record<PullRequestState, { status: Status; words: string }> = {
  open: { status: "waiting", words: "open" },
  merged: { status: "ok", words: "merged" },
  closed: { status: "superseded", words: "closed" },
};

export const pullRequestStanding = (state: PullRequestState) => STANDINGS[state];
