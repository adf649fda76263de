import {
  ClosePullRequest,
  DiffPullRequest,
  ListPullRequests,
  MarkSeen,
  OpenPullRequest,
  PullRequestByNumber,
} from "@/domain/pull-requests/input";
import { requires, router } from "../trpc/init";
import { closePullRequest, markSeen, openPullRequest, requestAgain } from "./commands";
import { diffPullRequest, getPullRequest, listPullRequests } from "./queries";

export const pullRequestsRouter = router({
  list: requires("pullRequests.read")
    .input(ListPullRequests)
    .query(({ ctx, input }) => listPullRequests(ctx, input)),
  get: requires("pullRequests.read")
    .input(PullRequestByNumber)
    .query(({ ctx, input }) => getPullRequest(ctx, input)),
  diff: requires("pullRequests.read")
    .input(DiffPullRequest)
    .query(({ ctx, input }) => diffPullRequest(ctx, input)),
  open: requires("pullRequests.open")
    .input(OpenPullRequest)
    .mutation(({ ctx, input }) => openPullRequest(ctx, input)),
  requestAgain: requires("pullRequests.open")
    .input(PullRequestByNumber)
    .mutation(({ ctx, input }) => requestAgain(ctx, input)),
  close: requires("pullRequests.close")
    .input(ClosePullRequest)
    .mutation(({ ctx, input }) => closePullRequest(ctx, input)),
  markSeen: requires("pullRequests.read")
    .input(MarkSeen)
    .mutation(({ ctx, input }) => markSeen(ctx, input)),
});
