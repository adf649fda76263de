type Group = { noun: string; label: string; actions: Record<string, string> };

/** What can happen to what, in plain words: an audit row's action is its noun, a dot and one of these. */
export const AUDIT_ACTIONS: readonly Group[] = [
  {
    noun: "promotion",
    label: "Promotions",
    actions: {
      requested: "Promotion asked for",
      approved: "Promotion approved",
      vote_withdrawn: "Vote taken back",
      rejected: "Promotion rejected",
      asked_for_approval: "Approval asked for",
      made_ready: "Promotion has all it needs",
      gates_changed: "Gates looked at",
      gated: "Promotion sent back to its gates",
      revised: "New revision of a promotion",
      contributors_found: "More hands found in a promotion",
      target_moved: "Target moved under a promotion",
      sent_back: "Promotion stopped before its merge",
      started: "Promotion begun",
      verifying: "Promotion being verified",
      succeeded: "Promotion finished",
      failed: "Promotion failed",
      became_unknown: "Outcome of a promotion lost",
      rolling_back: "Promotion being rolled back",
      rolled_back: "Promotion rolled back",
      needs_human: "Promotion needs a person",
      resolved: "Promotion settled by a person",
      retried: "Promotion tried again",
      cancelled: "Promotion cancelled",
      superseded: "Promotion replaced by a newer one",
      expired: "Promotion expired",
      marked_for_review: "Promotion marked for review",
      voters_linked: "Votes of one person found",
    },
  },
  {
    noun: "deployment",
    label: "Deployments",
    actions: {
      starting: "Deployment begun",
      verifying: "Deployment being verified",
      unknown: "Outcome of a deployment lost",
      live: "Deployment live",
      failed: "Deployment failed",
      rolled_back: "Deployment rolled back",
      superseded: "Deployment replaced",
    },
  },
  {
    noun: "pull_request",
    label: "Pull requests",
    actions: {
      opened: "Pull request opened",
      moved: "Pull request has new commits",
      merged: "Pull request merged",
      closed: "Pull request closed",
    },
  },
  {
    noun: "branch",
    label: "Branches",
    actions: {
      deletion_requested: "Deletion of a branch asked for",
      deleted: "Branch deleted",
      deletion_refused: "Branch not deleted",
      restoring_requested: "Return of a branch asked for",
      restored: "Branch restored",
      restoring_refused: "Branch not restored",
    },
  },
  {
    noun: "repository",
    label: "Repositories",
    actions: {
      pushed: "Pushed",
      created: "Repository created",
      imported: "Repository imported",
      import_failed: "Import failed",
      import_retried: "Import tried again",
      renamed: "Repository renamed",
      removed: "Repository removed",
    },
  },
  {
    noun: "pipeline_run",
    label: "Pipelines",
    actions: {
      queued: "Run queued",
      running: "Run begun",
      passed: "Run passed",
      failed: "Run failed",
      cancelled: "Run cancelled",
      interrupted: "Run interrupted",
      invalid: "Pipeline file refused",
      rerun: "Run repeated",
    },
  },
  {
    noun: "release",
    label: "Releases",
    actions: {
      sealed: "Release sealed",
      reached_branch: "Release reached a branch",
      withdrawn: "Release withdrawn",
    },
  },
  {
    noun: "slot",
    label: "Slots",
    actions: { held: "Slot held", released: "Slot let go" },
  },
  {
    noun: "environment",
    label: "Environments",
    actions: {
      added: "Environment added",
      opened: "Environment opened",
      edited: "Environment edited",
      moved: "Environment moved",
      retired: "Environment retired",
    },
  },
  {
    noun: "policy",
    label: "Policies",
    actions: { versioned: "New version of a policy", bound: "Policy bound" },
  },
  {
    noun: "grant",
    label: "Roles",
    actions: { given: "Role given", revoked: "Role taken away" },
  },
  {
    noun: "group_role",
    label: "Roles of groups",
    actions: { added: "Group gives a role", revoked: "Group gives a role no longer" },
  },
  {
    noun: "access_request",
    label: "Requests for roles",
    actions: {
      made: "Role asked for",
      agreed: "Role confirmed",
      refused: "Role refused",
      withdrawn: "Request for a role withdrawn",
    },
  },
  {
    noun: "person",
    label: "People",
    actions: {
      added: "Person added",
      signed_in: "Signed in",
      invited: "Person invited",
      edited: "Name or address of a person changed",
      linked: "Identities of a person linked",
      found_the_same: "Two found to be one person",
    },
  },
  {
    noun: "access_token",
    label: "Access tokens",
    actions: { created: "Access token made", revoked: "Access token revoked" },
  },
];

const WORDS = new Map(
  AUDIT_ACTIONS.flatMap(({ noun, actions }) =>
    Object.entries(actions).map(([action, words]) => [`${noun}.${action}`, words]),
  ),
);

/** "promotion.approved" becomes "Promotion approved"; one that has no words of its own is told by its name. */
export function actionInWords(action: string): string {
  const told = WORDS.get(action) ?? action.replaceAll("_", " ").replaceAll(".", " ");
  return told.charAt(0).toUpperCase() + told.slice(1);
}
