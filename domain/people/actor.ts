import type { Role } from "./roles";

export const SCOPE_KINDS = ["organisation", "product", "client", "environment"] as const;
export type ScopeKind = (typeof SCOPE_KINDS)[number];

/** Where a grant holds. `id` is null only for the whole organisation. */
export type GrantScope = { kind: ScopeKind; id: string | null };
export type Grant = { role: Role; scope: GrantScope };

export type PersonActor = {
  kind: "person";
  personId: string;
  name: string;
  email: string;
  grants: readonly Grant[];
  /** When they last proved who they are, by the database's clock. Absent where no session stands behind the actor. */
  authenticatedAt?: Date;
  /** What their session is called where sessions are listed. */
  sessionId?: string;
};
/** Clearway itself: workers, the scheduler, the preparation of the demonstration. */
export type SystemActor = { kind: "system"; task: string };
export type AnonymousActor = { kind: "anonymous" };
export type Actor = PersonActor | SystemActor | AnonymousActor;

export const ANONYMOUS: AnonymousActor = { kind: "anonymous" };

export function systemActor(task: string): SystemActor {
  return { kind: "system", task };
}

/** What a row belongs to, for deciding whether a grant covers it. Null: it belongs to none of that kind. */
export type ResourceScope = {
  productId: string | null;
  clientId?: string | null;
  environmentId?: string | null;
};

export function grantCovers(scope: GrantScope, resource: ResourceScope): boolean {
  switch (scope.kind) {
    case "organisation":
      return true;
    case "product":
      return scope.id !== null && scope.id === resource.productId;
    case "client":
      return scope.id !== null && scope.id === (resource.clientId ?? null);
    case "environment":
      return scope.id !== null && scope.id === (resource.environmentId ?? null);
  }
}
