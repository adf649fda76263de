import { type BranchKind, classifyBranch } from "@/domain/branches/naming";

/** What may be merged where. Source: the branching strategy; master comes into a sprint to bring it up to date. */
const SOURCES: Partial<Record<BranchKind, readonly BranchKind[]>> = {
  master: ["sprint", "hotfix"],
  sprint: ["feature", "other", "master"],
  hotfix: ["hotfix_work", "master"],
};

const KIND_NAMES: Record<BranchKind, string> = {
  master: "master",
  sprint: "sprint branches",
  feature: "feature branches",
  hotfix: "hotfix branches",
  hotfix_work: "hotfix work branches",
  environment: "environment branches",
  other: "branches outside the naming policy",
};

/** Why this source is not merged into this target, as a sentence; null when it may be. */
export function whyNotMerged(sourceBranch: string, targetBranch: string): string | null {
  if (sourceBranch === targetBranch)
    return "A branch is not merged into itself. Choose two different branches.";
  const [source, target] = [classifyBranch(sourceBranch).kind, classifyBranch(targetBranch).kind];
  const sources = SOURCES[target];
  if (!sources) return `Nothing is merged into ${targetBranch}: ${KIND_NAMES[target]} take no pull requests.`;
  if (sources.includes(source)) return null;
  return `Into ${targetBranch} come ${listOf(sources.map((kind) => KIND_NAMES[kind]))}, not ${sourceBranch}.`;
}

function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
