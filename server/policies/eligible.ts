import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import {
  branchPolicies,
  clients,
  components,
  environments,
  grants,
  people,
  products,
  slots,
} from "@/db/schema";
import type { BranchKind } from "@/domain/branches/naming";
import { type GrantScope, grantCovers, type ResourceScope } from "@/domain/people/actor";
import type { Role } from "@/domain/people/roles";
import type { ApprovalRule } from "@/domain/policies/policy";

/** What a policy decides over. */
export type Target =
  | { kind: "branch"; branchKind: BranchKind }
  | { kind: "environment"; environmentId: string };

/** Somewhere that votes are given: a product, there a client where it is installed per client. */
export type VotingPlace = { name: string; scope: ResourceScope };

export type Decider = { personId: string; role: Role; scope: GrantScope };

/** Live grants of those who may decide: an administrator may not, whatever else they hold. */
export async function readDeciders(db: Db): Promise<Decider[]> {
  const rows = await db
    .select({
      personId: grants.personId,
      role: grants.role,
      scopeKind: grants.scopeKind,
      scopeId: grants.scopeId,
    })
    .from(grants)
    .innerJoin(people, eq(people.id, grants.personId))
    .where(
      and(isNull(grants.revokedAt), eq(people.isActive, true), sql`not is_administrator(${grants.personId})`),
    );
  return rows.map(({ personId, role, scopeKind, scopeId }) => ({
    personId,
    role,
    scope: { kind: scopeKind, id: scopeId },
  }));
}

/** Who could fill each rule in this scope, by the rule's key. */
export function eligibleIn(
  rules: readonly ApprovalRule[],
  deciders: readonly Decider[],
  scope: ResourceScope,
): Map<string, Set<string>> {
  return new Map(rules.map(({ key, roles }) => [key, holdersIn(roles, deciders, scope)]));
}

/** Who holds one of these roles in this scope. */
export function holdersIn(
  roles: readonly Role[],
  deciders: readonly Decider[],
  scope: ResourceScope,
): Set<string> {
  const held = deciders.filter((one) => roles.includes(one.role) && grantCovers(one.scope, scope));
  return new Set(held.map(({ personId }) => personId));
}

/** Every scope in which the target's promotions are voted on. A product without a component yet counts for its branches. */
export async function readVotingPlaces(db: Db, target: Target): Promise<VotingPlace[]> {
  if (target.kind === "branch") {
    const rows = await db
      .select({ id: products.id, name: products.name })
      .from(products)
      .orderBy(products.name, products.id);
    return rows.map(({ id, name }) => ({ name, scope: { productId: id } }));
  }
  const rows = await db
    .selectDistinct({
      productId: products.id,
      product: products.name,
      clientId: slots.clientId,
      client: clients.name,
    })
    .from(slots)
    .innerJoin(components, eq(components.id, slots.componentId))
    .innerJoin(products, eq(products.id, components.productId))
    .leftJoin(clients, eq(clients.id, slots.clientId))
    .where(and(eq(slots.environmentId, target.environmentId), isNull(slots.endedAt)))
    .orderBy(products.name, products.id, clients.name, slots.clientId);
  return rows.map(({ productId, product, clientId, client }) => ({
    name: client ? `${product} for ${client}` : product,
    scope: { productId, clientId, environmentId: target.environmentId },
  }));
}

/** What every version of this policy decides over, in path order. */
export async function readTargets(db: Db, key: string): Promise<Target[]> {
  const branches = await db
    .select({ branchKind: branchPolicies.branchKind })
    .from(branchPolicies)
    .where(sql`${branchPolicies.policyId} in (select id from policies where key = ${key})`)
    .orderBy(branchPolicies.branchKind);
  const places = await db
    .select({ environmentId: environments.id })
    .from(environments)
    .where(
      and(
        isNull(environments.retiredAt),
        sql`${environments.policyId} in (select id from policies where key = ${key})`,
      ),
    )
    .orderBy(environments.position);
  return [
    ...branches.map(({ branchKind }) => ({ kind: "branch" as const, branchKind })),
    ...places.map(({ environmentId }) => ({ kind: "environment" as const, environmentId })),
  ];
}
