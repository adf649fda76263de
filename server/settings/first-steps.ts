import { sql } from "drizzle-orm";
import { products, repositories } from "@/db/schema";
import { can, canSomewhere, type Permission } from "@/domain/permissions";
import { inScope } from "../auth/scope";
import type { Context } from "../context";
import { managesPeople } from "../people/rows";

type Facts = {
  hasProduct: boolean;
  hasRepository: boolean;
  hasUnreadyRepository: boolean;
  /** The oldest product to which the reader may add a repository. */
  productToAddTo: string | null;
  /** The oldest repository from which the reader may open pull requests. */
  repositoryToClone: string | null;
  hasAccessToken: boolean;
  hasEnvironment: boolean;
  hasOpenEnvironment: boolean;
  hasEnvironmentWithHost: boolean;
  hasBranchPolicies: boolean;
};

/**
 * What there is already on the way to a first promotion, of what the reader may know, and which of the next acts are theirs.
 * Only whether something exists: asked by the inbox for as long as it is empty.
 */
export async function getFirstSteps(ctx: Context) {
  const { actor } = ctx;
  const [facts, people] = await Promise.all([readFacts(ctx), managesPeople(ctx) ? readPeople(ctx) : null]);
  return {
    ...facts,
    /** Null for whoever does not manage people. */
    people,
    you: {
      canAddProducts: can(actor, "catalog.edit", { productId: null }),
      canEditEnvironments: can(actor, "environments.edit", { productId: null }),
      canOpenPullRequests: canSomewhere(actor, "pullRequests.open"),
      canVote: canSomewhere(actor, "promotions.vote"),
    },
  };
}

async function readFacts(ctx: Context): Promise<Facts> {
  const personId = ctx.actor.kind === "person" ? ctx.actor.personId : null;
  const productsFor = (permission: Permission) => inScope(ctx.actor, permission, { productId: products.id });
  const repositoriesFor = (permission: Permission) =>
    inScope(ctx.actor, permission, { productId: repositories.productId });
  const inUse = sql`from environments where retired_at is null`;
  const { rows } = await ctx.db.execute<Facts>(sql`select
    exists (select 1 from products where ${productsFor("catalog.read")}) as "hasProduct",
    exists (select 1 from repositories where state = 'ready' and ${repositoriesFor("catalog.read")}) as "hasRepository",
    exists (select 1 from repositories where state <> 'ready' and ${repositoriesFor("catalog.read")}) as "hasUnreadyRepository",
    (select key from products where ${productsFor("catalog.edit")} order by created_at, id limit 1) as "productToAddTo",
    (select key from repositories where state = 'ready' and ${repositoriesFor("pullRequests.open")}
      order by created_at, id limit 1) as "repositoryToClone",
    exists (select 1 from access_tokens where person_id = ${personId}::uuid and revoked_at is null
      and expires_at > clearway_now()) as "hasAccessToken",
    exists (select 1 ${inUse}) as "hasEnvironment",
    exists (select 1 ${inUse} and policy_id is not null) as "hasOpenEnvironment",
    exists (select 1 ${inUse} and policy_id is not null and slot_host_url is not null) as "hasEnvironmentWithHost",
    (select count(*) = 2 from branch_policies where branch_kind in ('sprint', 'master')) as "hasBranchPolicies"`);
  const [facts] = rows;
  if (!facts) throw new Error("The facts of the first steps did not come.");
  return facts;
}

/** Whether anybody but the first administrator has, or gets by a group, something to do here. */
async function readPeople(ctx: Context) {
  const { rows } = await ctx.db.execute<{ hasSecondAdministrator: boolean; hasOthers: boolean }>(sql`select
    (select count(*) > 1 from people where administers(id)) as "hasSecondAdministrator",
    exists (select 1 from group_roles where revoked_at is null and role <> 'platform_admin')
      or exists (select 1 from grants where revoked_at is null and role <> 'platform_admin') as "hasOthers"`);
  return rows[0] ?? { hasSecondAdministrator: false, hasOthers: false };
}
