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

/** What each is there for, in a few words: shown where a role is picked or explained. */
export const ROLE_DUTIES: Record<Role, string> = {
  viewer: "Sees promotions, releases and environments. Decides nothing.",
  developer: "Pushes branches, opens pull requests, approves merges into a sprint branch.",
  tech_lead: "Asks for and approves merges to master and production; settles what Clearway cannot.",
  qa: "Approves deployments to QA and UAT.",
  release_approver: "Approves merges to master and production; asks for rollbacks.",
  platform_admin: "Looks after settings, people and the runner. Never approves.",
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
