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

/** Roles whose votes can fill an approval rule. Administrators, auditors and viewers never decide. */
export const APPROVING_ROLES = [
  "developer",
  "tech_lead",
  "qa",
  "release_approver",
] as const satisfies readonly Role[];
export type ApprovingRole = (typeof APPROVING_ROLES)[number];
