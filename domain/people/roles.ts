export const ROLES = [
  "viewer",
  "developer",
  "tech_lead",
  "qa",
  "release_approver",
  "platform_admin",
  "auditor",
] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_NAMES: Record<Role, string> = {
  viewer: "Viewer",
  developer: "Developer",
  tech_lead: "Tech lead",
  qa: "QA",
  release_approver: "Release approver",
  platform_admin: "Platform admin",
  auditor: "Auditor",
};

/**
 * What each is there for, in a few words: shown where a role is picked or explained. Whom a policy asks is its own, so
 * of that only what is usual is said (domain/policies/usual.ts).
 */
export const ROLE_DUTIES: Record<Role, string> = {
  viewer: "Sees promotions, releases and environments. Decides nothing.",
  developer: "Pushes branches and opens pull requests; usually approves those of others into a sprint.",
  tech_lead:
    "Asks for production, settles what Clearway cannot; usually approves merges, and deployments to production.",
  qa: "Approves wherever a policy asks QA: usually master, and every deployment behind Dev.",
  release_approver: "Asks for rollbacks; usually approves merges into master and deployments to production.",
  platform_admin: "Looks after people, policies, environments and settings. Never approves.",
  auditor: "Reads everything and the audit trail. Changes nothing.",
};

/** Roles whose votes can fill an approval rule. Administrators, auditors and viewers never decide. */
export const APPROVING_ROLES = [
  "developer",
  "tech_lead",
  "qa",
  "release_approver",
] as const satisfies readonly Role[];
export type ApprovingRole = (typeof APPROVING_ROLES)[number];
