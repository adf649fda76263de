import { z } from "zod";
import { line, paragraphs } from "@/domain/text/line";
import { PULL_REQUEST_STATES } from "./status";

const PullRequestNumber = z.number().int().positive().max(2_147_483_647);

export const OpenPullRequest = z.strictObject({
  repositoryKey: z.string().min(1).max(60),
  sourceBranch: z.string().min(1).max(250),
  targetBranch: z.string().min(1).max(250),
  title: line(200),
  description: paragraphs(10_000).default(""),
});
export type OpenPullRequest = z.input<typeof OpenPullRequest>;

export const PullRequestByNumber = z.strictObject({ number: PullRequestNumber });
export type PullRequestByNumber = z.infer<typeof PullRequestByNumber>;

export const ClosePullRequest = z.strictObject({
  number: PullRequestNumber,
  reason: paragraphs(500).optional(),
});
export type ClosePullRequest = z.infer<typeof ClosePullRequest>;

export const MarkSeen = z.strictObject({
  pullRequestId: z.uuid(),
  headSha: z.string().regex(/^[0-9a-f]{40}$/),
});
export type MarkSeen = z.infer<typeof MarkSeen>;

export const ListPullRequests = z.strictObject({
  state: z.enum(PULL_REQUEST_STATES).optional(),
  productKey: z.string().max(60).optional(),
  repositoryKey: z.string().max(60).optional(),
  /** "me", or the id of a person. */
  author: z.union([z.literal("me"), z.uuid()]).optional(),
  /** The number of the last pull request of the page before. */
  before: PullRequestNumber.optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
export type ListPullRequests = z.infer<typeof ListPullRequests>;

export const DiffPullRequest = z.strictObject({
  number: PullRequestNumber,
  /** base: all that it brings; seen: what is new since this person last looked. */
  since: z.enum(["base", "seen"]).default("base"),
});
export type DiffPullRequest = z.infer<typeof DiffPullRequest>;
