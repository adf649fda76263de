import { type Actor, type GrantScope, grantCovers, type ResourceScope } from "./people/actor";
import type { Role } from "./people/roles";

const EVERYONE: readonly Role[] = [
  "viewer",
  "developer",
  "tech_lead",
  "qa",
  "release_approver",
  "platform_admin",
  "auditor",
];
const ENGINEERS: readonly Role[] = [
  "developer",
  "tech_lead",
  "qa",
  "release_approver",
  "platform_admin",
  "auditor",
];

/**
 * Who may do what. The single table: procedures, route handlers, pages, jobs and buttons read it.
 * A permission is necessary, not sufficient: the resource's own rules (four eyes, approval rules, states) come after it.
 */
export const PERMISSIONS = {
  "promotions.read": EVERYONE,
  "promotions.request": ["developer", "tech_lead"],
  "promotions.requestProduction": ["tech_lead"],
  "promotions.vote": ["developer", "tech_lead", "qa", "release_approver"],
  "promotions.cancel": ["developer", "tech_lead", "release_approver", "platform_admin"],
  "promotions.retry": ["developer", "tech_lead", "release_approver", "platform_admin"],
  "promotions.resolve": ["tech_lead", "release_approver"],
  "rollbacks.request": ["tech_lead", "release_approver"],
  "pullRequests.read": ENGINEERS,
  "pullRequests.open": ["developer", "tech_lead"],
  "pullRequests.close": ["developer", "tech_lead"],
  "repositories.read": ENGINEERS,
  "branches.delete": ["developer", "tech_lead"],
  "branches.deleteAny": ["tech_lead"],
  "git.read": ["developer", "tech_lead", "qa", "release_approver"],
  "git.push": ["developer", "tech_lead"],
  "pipelines.read": ENGINEERS,
  "pipelines.run": ["developer", "tech_lead"],
  "releases.read": EVERYONE,
  "releases.withdraw": ["tech_lead", "release_approver"],
  "environments.read": EVERYONE,
  "policies.read": EVERYONE,
  "policies.edit": ["platform_admin"],
  "environments.edit": ["platform_admin"],
  "slots.hold": ["tech_lead", "qa", "release_approver"],
  "workItems.read": EVERYONE,
  "catalog.read": EVERYONE,
  "catalog.edit": ["platform_admin"],
  "audit.read": ["platform_admin", "auditor"],
  "settings.read": ["tech_lead", "release_approver", "platform_admin", "auditor"],
  "settings.edit": ["platform_admin"],
  "accessTokens.manage": ["developer", "tech_lead", "qa", "release_approver"],
  "people.read": EVERYONE,
  "people.manage": ["platform_admin"],
  "search.read": EVERYONE,
  "live.read": EVERYONE,
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof PERMISSIONS;

export function rolesWith(permission: Permission): readonly Role[] {
  return PERMISSIONS[permission];
}

/** The scopes in which the actor holds the permission; empty means none. The system holds every permission everywhere. */
export function scopesWith(actor: Actor, permission: Permission): readonly GrantScope[] {
  if (actor.kind === "system") return [{ kind: "organisation", id: null }];
  if (actor.kind === "anonymous") return [];
  const roles = rolesWith(permission);
  return actor.grants.filter((grant) => roles.includes(grant.role)).map((grant) => grant.scope);
}

/** May the actor do this somewhere at all? Used where a procedure is entered, and to show or hide navigation. */
export function canSomewhere(actor: Actor, permission: Permission): boolean {
  return scopesWith(actor, permission).length > 0;
}

/** May the actor do this to a row that belongs to `resource`? */
export function can(actor: Actor, permission: Permission, resource: ResourceScope): boolean {
  return scopesWith(actor, permission).some((scope) => grantCovers(scope, resource));
}
