import type { Role } from "./roles";

/** Where a role came from: first set-up or the demonstration, an administrator, or a group of the identity provider. */
export const GRANT_ORIGINS = ["installation", "person", "group"] as const;
export type GrantOrigin = (typeof GRANT_ORIGINS)[number];

export const ACCESS_DECISIONS = ["agreed", "refused", "withdrawn"] as const;
export type AccessDecision = (typeof ACCESS_DECISIONS)[number];

/** Roles that decide on what reaches production, or administer: giving one takes two administrators. */
const BY_TWO: readonly Role[] = ["tech_lead", "qa", "release_approver", "platform_admin"];

/**
 * Does giving the role ask for a second administrator? A lone administrator may appoint the second one, and nobody else
 * to a role that counts. The database decides the same way (role_needs_two).
 */
export function needsSecondAdministrator(role: Role, activeAdministrators: number): boolean {
  if (!BY_TWO.includes(role)) return false;
  return !(role === "platform_admin" && activeAdministrators === 1);
}
