import { STALE_DAYS } from "./filters";
import { type BranchKind, classifyBranch } from "./naming";

export const STALE_MEANS = `No commit for ${STALE_DAYS} days and no open pull request`;
export const MERGED_MEANS = "Its base has every commit of it";

export const BRANCH_KIND_NAMES: Record<BranchKind, string> = {
  master: "Master",
  sprint: "Sprint",
  feature: "Feature",
  hotfix: "Hotfix",
  hotfix_work: "Hotfix work",
  environment: "Environment",
  other: "Other",
};

/** What is wrong with a branch's name and what it should look like, or null. */
export function namingViolation(name: string): string | null {
  if (classifyBranch(name).kind !== "other") return null;
  if (/^feature\//.test(name)) return "Not a feature name: feature/2026.21/PAY-412-slug";
  if (/^sprint\//.test(name)) return "Not a sprint name: sprint/2026.21";
  if (/^hotfix-work\//.test(name)) return "Not a hotfix work name: hotfix-work/PAY-9/slug";
  if (/^hotfix\//.test(name)) return "Not a hotfix name: hotfix/PAY-9";
  return "Outside the naming policy: no sprint and no work item in it";
}
