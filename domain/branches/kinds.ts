export const BRANCH_KINDS = [
  "master",
  "sprint",
  "feature",
  "hotfix",
  "hotfix_work",
  "environment",
  "other",
] as const;
export type BranchKind = (typeof BRANCH_KINDS)[number];
