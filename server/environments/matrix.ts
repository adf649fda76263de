import { and, asc, eq, isNull, or, type SQL, sql } from "drizzle-orm";
import {
  clients,
  components,
  deployments,
  environments,
  policies,
  products,
  releases,
  repositories,
  slots,
} from "@/db/schema";
import { ACTIVE_DEPLOYMENT_STATES } from "@/domain/deployments/status";
import type { EnvironmentMatrix } from "@/domain/environments/input";
import { can } from "@/domain/permissions";
import { WAITING_STATES } from "@/domain/promotions/status";
import { inScope } from "../auth/scope";
import type { Context } from "../context";

const SCOPE = {
  productId: components.productId,
  clientId: slots.clientId,
  environmentId: slots.environmentId,
};

/**
 * Clients x environments x components. A cell says what runs there since when, how the last check went, what is being
 * deployed or waits, and how many releases of its repository lie between it and the environment before.
 */
export async function getMatrix(ctx: Context, input: EnvironmentMatrix) {
  const [columns, cells, newest, filters] = await Promise.all([
    readEnvironments(ctx),
    readCells(ctx, input),
    readReleaseOrder(ctx),
    readClients(ctx),
  ]);
  const rankOf = new Map(newest.map((release) => [release.id, Number(release.rank)]));
  return {
    environments: input.retired ? columns : columns.filter(({ retiredAt }) => retiredAt === null),
    /** How many environments were retired, shown or not. */
    retired: columns.filter(({ retiredAt }) => retiredAt !== null).length,
    clients: filters,
    you: { canEdit: can(ctx.actor, "environments.edit", { productId: null }) },
    cells: cells.map((cell) => ({
      ...cell,
      rank: cell.releaseId ? (rankOf.get(cell.releaseId) ?? null) : null,
    })),
  };
}

export function readEnvironments(ctx: Context) {
  return ctx.db
    .select({
      id: environments.id,
      key: environments.key,
      name: environments.name,
      isProduction: environments.isProduction,
      isPerClient: environments.isPerClient,
      retiredAt: environments.retiredAt,
      retiredReason: environments.retiredReason,
      policyKey: policies.key,
      policyName: policies.name,
      policyVersion: policies.version,
      rules: policies.rules,
    })
    .from(environments)
    .leftJoin(policies, eq(policies.id, environments.policyId))
    .orderBy(asc(environments.position), asc(environments.id));
}

function readCells(ctx: Context, input: EnvironmentMatrix) {
  const conditions: (SQL | undefined)[] = [inScope(ctx.actor, "environments.read", SCOPE)];
  if (!input.retired) conditions.push(isNull(environments.retiredAt), isNull(slots.endedAt));
  if (input.productKey) conditions.push(eq(products.key, input.productKey));
  if (input.clientKey) conditions.push(concernsClient(input.clientKey));
  const active = sql.join(
    ACTIVE_DEPLOYMENT_STATES.map((state) => sql`${state}`),
    sql`, `,
  );
  const waiting = sql.join(
    WAITING_STATES.map((state) => sql`${state}`),
    sql`, `,
  );
  return ctx.db
    .select({
      slotId: slots.id,
      environmentId: slots.environmentId,
      productKey: products.key,
      productName: products.name,
      componentId: components.id,
      componentKey: components.key,
      componentName: components.name,
      componentScope: components.scope,
      repositoryKey: repositories.key,
      clientKey: clients.key,
      clientName: clients.name,
      releaseId: releases.id,
      version: releases.version,
      withdrawnAt: releases.withdrawnAt,
      liveSince: deployments.finishedAt,
      schemaVersion: slots.schemaVersion,
      /** The deployment that holds the slot now, and its promotion. */
      running: sql<{ state: string; promotionNumber: number; version: string } | null>`(
        select jsonb_build_object('state', d.state, 'promotionNumber', p.number, 'version', r.version)
        from deployments d join promotions p on p.id = d.promotion_id join releases r on r.id = d.release_id
        where d.slot_id = ${slots.id} and d.state in (${active}) limit 1)`,
      waiting: sql<{ number: number; state: string; version: string } | null>`(
        select jsonb_build_object('number', p.number, 'state', p.state, 'version', r.version)
        from promotions p join releases r on r.id = p.release_id
        where p.slot_id = ${slots.id} and p.state in (${waiting}) order by p.number desc limit 1)`,
      /** Who holds it and why; null: nobody. */
      hold: sql<{ reason: string; heldBy: string; since: string } | null>`(
        select jsonb_build_object('reason', h.reason, 'heldBy', pe.name, 'since', h.created_at)
        from slot_holds h join people pe on pe.id = h.held_by_id
        where h.slot_id = ${slots.id} and h.released_at is null)`,
      /** The newest attempt failed or was rolled back after what is live now. */
      lastFailure: sql<{ state: string; promotionNumber: number; version: string } | null>`(
        select case when d.state in ('failed', 'rolled_back')
          then jsonb_build_object('state', d.state, 'promotionNumber', p.number, 'version', r.version) end
        from deployments d join promotions p on p.id = d.promotion_id join releases r on r.id = d.release_id
        where d.slot_id = ${slots.id} and p.kind = 'deploy' order by d.fence desc limit 1)`,
    })
    .from(slots)
    .innerJoin(components, eq(components.id, slots.componentId))
    .innerJoin(environments, eq(environments.id, slots.environmentId))
    .innerJoin(products, eq(products.id, components.productId))
    .innerJoin(repositories, eq(repositories.id, components.repositoryId))
    .leftJoin(clients, eq(clients.id, slots.clientId))
    .leftJoin(deployments, eq(deployments.id, slots.currentDeploymentId))
    .leftJoin(releases, eq(releases.id, deployments.releaseId))
    .where(and(...conditions))
    .orderBy(
      asc(products.name),
      asc(components.position),
      asc(components.key),
      asc(clients.name),
      asc(slots.id),
    )
    .limit(5000);
}

/** A client's own slots, and the shared ones of what it has: its components and the common ones of their products. */
function concernsClient(clientKey: string) {
  const shared = and(
    isNull(slots.clientId),
    sql`exists (select 1 from subscriptions s join clients c on c.id = s.client_id join components own on own.id = s.component_id
      where c.key = ${clientKey} and own.product_id = ${components.productId}
        and (own.id = ${components.id} or ${components.scope} = 'common'))`,
  );
  return or(eq(clients.key, clientKey), shared);
}

/** Whose slots the actor may see, by name: the filter's choices, whatever is chosen now. */
function readClients(ctx: Context) {
  return ctx.db
    .selectDistinct({ key: clients.key, name: clients.name })
    .from(slots)
    .innerJoin(components, eq(components.id, slots.componentId))
    .innerJoin(clients, eq(clients.id, slots.clientId))
    .where(inScope(ctx.actor, "environments.read", SCOPE))
    .orderBy(asc(clients.name), asc(clients.key));
}

/** Releases numbered per repository in the order they were sealed; distances between cells are differences. */
async function readReleaseOrder(ctx: Context): Promise<{ id: string; rank: number }[]> {
  const isVisible = inScope(ctx.actor, "environments.read", {
    productId: sql`c.product_id`,
    clientId: sql`s.client_id`,
    environmentId: sql`s.environment_id`,
  });
  const { rows } = await ctx.db.execute<{ id: string; rank: number }>(sql`
    with visible as materialized (
      select distinct c.repository_id from slots s join components c on c.id = s.component_id where ${isVisible}),
    ranked as (
      select r.id, row_number() over (partition by r.repository_id order by r.created_at, r.id)::int as rank
      from releases r join visible on visible.repository_id = r.repository_id)
    select ranked.id, ranked.rank from ranked where ranked.id in (
      select d.release_id from slots s join deployments d on d.id = s.current_deployment_id)`);
  return rows;
}

/** What can be promoted to one slot now or soon: the newest releases that carry its component, and the newest on master. */
export async function readReleasesFor(ctx: Context, componentId: string) {
  const isOnMaster = sql<boolean>`exists (select 1 from release_commits rc
    where rc.release_id = releases.id and rc.ref = 'refs/heads/master')`;
  const newest = (condition: SQL) => sql`(select releases.id from releases
    join release_artifacts ra on ra.release_id = releases.id
    where ra.component_id = ${componentId}::uuid and ${condition}
    order by releases.created_at desc, releases.id desc limit 20)`;
  return ctx.db
    .select({
      id: releases.id,
      version: releases.version,
      digest: releases.digest,
      sealedAt: releases.sealedAt,
      withdrawnAt: releases.withdrawnAt,
      withdrawnReason: releases.withdrawnReason,
      schemaMin: releases.schemaMin,
      schemaMax: releases.schemaMax,
      schemaAfter: releases.schemaAfter,
      isOnMaster,
      verifiedIn: sql<
        string[]
      >`coalesce((select jsonb_agg(distinct e.name) from deployments d join slots s on s.id = d.slot_id
        join environments e on e.id = s.environment_id
        where d.release_id = releases.id and s.component_id = ${componentId}::uuid and d.state in ('live', 'superseded')), '[]'::jsonb)`,
    })
    .from(releases)
    .where(sql`${releases.id} in (${newest(sql`true`)} union ${newest(isOnMaster)})`)
    .orderBy(sql`${releases.createdAt} desc, ${releases.id} desc`);
}
