/** `mine`: last pushed by the reader. `merged`: nothing ahead of its base. See server/branches/filter.ts. */
export const BRANCH_VIEWS = ["all", "mine", "stale", "merged", "misnamed", "deleted"] as const;
export type BranchView = (typeof BRANCH_VIEWS)[number];

/** By the last commit: within 7 days, 8 to 30, 31 to 90, longer ago. */
export const BRANCH_AGES = ["week", "month", "quarter", "older"] as const;
export type BranchAge = (typeof BRANCH_AGES)[number];

export const BRANCH_DISTANCES = ["ahead", "behind", "diverged"] as const;
export type BranchDistance = (typeof BRANCH_DISTANCES)[number];

export const BRANCH_PULLS = ["open", "none"] as const;
export type BranchPull = (typeof BRANCH_PULLS)[number];

/** The run of the tree that the branch's head has. */
export const BRANCH_CHECKS = ["passed", "failed", "running", "none"] as const;
export type BranchChecks = (typeof BRANCH_CHECKS)[number];

/** `commit`: the moment of the last commit. `created`: when Clearway first saw the branch. */
export const BRANCH_SORTS = ["name", "commit", "ahead", "behind", "created"] as const;
export type BranchSort = (typeof BRANCH_SORTS)[number];

/** A branch that nobody has committed to for so long, without an open pull request, is stale. */
export const STALE_DAYS = 30;
