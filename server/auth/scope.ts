import { type AnyColumn, or, type SQL, sql } from "drizzle-orm";
import { DomainError, notFound } from "@/domain/errors";
import type { Actor, GrantScope, ResourceScope } from "@/domain/people/actor";
import { can, type Permission, scopesWith } from "@/domain/permissions";

export type ScopeColumns = {
  productId: AnyColumn | SQL;
  clientId?: AnyColumn | SQL;
  environmentId?: AnyColumn | SQL;
};

/** The rows of a list that the actor may see, in SQL. False where they hold the permission nowhere. */
export function inScope(actor: Actor, permission: Permission, columns: ScopeColumns): SQL {
  const conditions = scopesWith(actor, permission).map((scope) => covers(scope, columns));
  return or(...conditions) ?? sql`false`;
}

function covers(scope: GrantScope, columns: ScopeColumns): SQL {
  switch (scope.kind) {
    case "organisation":
      return sql`true`;
    case "product":
      return sql`${columns.productId} = ${scope.id}::uuid`;
    case "client":
      return columns.clientId ? sql`${columns.clientId} = ${scope.id}::uuid` : sql`false`;
    case "environment":
      return columns.environmentId ? sql`${columns.environmentId} = ${scope.id}::uuid` : sql`false`;
  }
}

/** For one row: not found where the actor may not even read it, forbidden where they may read but not do this. */
export function demand(
  actor: Actor,
  permission: Permission,
  resource: ResourceScope,
  told: { noun: string; read: Permission },
): void {
  if (!can(actor, told.read, resource)) throw notFound(told.noun);
  if (!can(actor, permission, resource)) {
    throw new DomainError("FORBIDDEN", "None of your roles allows this here.", { permission });
  }
}
