import { type BranchKind, isAcceptableRef, isProtected } from "./naming";

export const BRANCH_DELETION_STATES = ["requested", "deleted", "refused", "restoring", "restored"] as const;
export type BranchDeletionState = (typeof BRANCH_DELETION_STATES)[number];

/** How long a branch that was deleted here can be brought back. */
export const KEPT_DAYS = 30;

export type Deletable = {
  readonly name: string;
  readonly kind: BranchKind;
  /** Its last push was theirs. */
  readonly isMine: boolean;
  /** Its base has every commit of it. */
  readonly isMerged: boolean;
  /** The number of a pull request from it or into it. */
  readonly openPullRequest?: number | null;
  /** The number of a promotion of it that has not ended. */
  readonly openPromotion?: number | null;
};

/** Why somebody who holds `branches.delete` may not delete this branch, in a sentence; null when they may. */
export function whyNotDeleted(branch: Deletable, by: { mayDeleteAny: boolean }): string | null {
  const { name, kind, openPullRequest, openPromotion } = branch;
  if (isProtected(kind)) return `${name} is protected: branches of its kind are not deleted here.`;
  if (!isAcceptableRef(`refs/heads/${name}`)) {
    return "Its name has characters that Clearway does not use in a command. Delete it on the server with git.";
  }
  if (openPullRequest) return `Pull request #${openPullRequest} is open on it: close that first.`;
  if (openPromotion) return `Promotion #${openPromotion} is under way with it: wait until it has ended.`;
  if (!branch.isMine && !branch.isMerged && !by.mayDeleteAny) {
    return "It was last pushed by somebody else and has commits that its base has not: they or a tech lead delete it.";
  }
  return null;
}
