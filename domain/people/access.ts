import type { Role } from "./roles";

/** Where a role came from: first set-up or the demonstration, an administrator, or a group of the identity provider. */
export const GRANT_ORIGINS = ["installation", "person", "group"] as const;
export type GrantOrigin = (typeof GRANT_ORIGINS)[number];

export const ACCESS_DECISIONS = ["agreed", "refused", "withdrawn"] as const;
export type AccessDecision = (typeof ACCESS_DECISIONS)[number];

/** Roles that decide on what reaches production, or administer: giving one takes two administrators. */
const BY_TWO: readonly Role[] = ["tech_lead", "qa", "release_approver", "platform_admin"];

/** Roles whose holders decide on what reaches production: nobody who administers holds one. */
export const DECIDING_ROLES: readonly Role[] = ["tech_lead", "qa", "release_approver"];

/** Nobody gets such a role from one administrator alone. A policy's roles are never that of an administrator. */
export function isGivenByTwo(role: Role): boolean {
  return BY_TWO.includes(role);
}

/**
 * Does giving the role ask for a second administrator? A lone administrator may appoint the second one, and nobody else
 * to a role that counts. `administrators`: who administers or did within the last seven days, so that removing the
 * other one is no way round. The database decides the same way (role_needs_two).
 */
export function needsSecondAdministrator(role: Role, administrators: number): boolean {
  if (!isGivenByTwo(role)) return false;
  return !(role === "platform_admin" && administrators === 1);
}

/** Why the role cannot stand beside what the person holds already; null where it can. Held by the database as well. */
export function clashOfDuties(role: Role, held: readonly Role[]): string | null {
  if (role === "platform_admin" && held.some((one) => DECIDING_ROLES.includes(one))) {
    return "This person decides on promotions, and an administrator does not. Revoke that role first.";
  }
  if (DECIDING_ROLES.includes(role) && held.includes("platform_admin")) {
    return "This person administers, and an administrator does not decide on promotions. Revoke that role first.";
  }
  return null;
}
