import { and, asc, desc, eq, inArray, isNotNull, isNull, or, sql } from "drizzle-orm";
import {
  clients,
  components,
  deployments,
  environments,
  products,
  promotions,
  releases,
  slots,
  subscriptions,
} from "@/db/schema";
import type { GetClient, ListClients } from "@/domain/catalog/input";
import { notFound } from "@/domain/errors";
import { can } from "@/domain/permissions";
import { RUNNING_STATES, WAITING_STATES } from "@/domain/promotions/status";
import { inScope } from "../auth/scope";
import type { Context } from "../context";
import { containing, readClientComponents } from "../products/catalog";

/** Whose roles are on all, on this client, or on a product that the client has something of. */
export function visibleClients(ctx: Context) {
  const ofProduct = inScope(ctx.actor, "catalog.read", { productId: sql`c.product_id` });
  return or(
    inScope(ctx.actor, "catalog.read", { productId: sql`null::uuid`, clientId: clients.id }),
    sql`exists (select 1 from subscriptions sub join components c on c.id = sub.component_id
      where sub.client_id = clients.id and ${ofProduct})`,
  );
}

export type ClientsFilter = Omit<ListClients, "page">;

const PAGE_SIZE = 50;

/** By name, with how much each has and when something was last deployed to it. */
export async function listClients(ctx: Context, { page = 1, ...input }: ClientsFilter & { page?: number }) {
  const slotSeen = inScope(ctx.actor, "environments.read", {
    productId: sql`c.product_id`,
    clientId: sql`s.client_id`,
    environmentId: sql`s.environment_id`,
  });
  const productSeen = inScope(ctx.actor, "catalog.read", {
    productId: sql`c.product_id`,
    clientId: sql`sub.client_id`,
  });
  const ofClient = sql`from slots s join components c on c.id = s.component_id where s.client_id = clients.id and s.ended_at is null
    and not exists (select 1 from environments e where e.id = s.environment_id and e.retired_at is not null) and ${slotSeen}`;
  const where = and(
    visibleClients(ctx),
    input.isRetiredShown ? undefined : isNull(clients.retiredAt),
    input.search
      ? or(containing(clients.key, input.search), containing(clients.name, input.search))
      : undefined,
  );
  const items = await ctx.db
    .select({
      id: clients.id,
      key: clients.key,
      name: clients.name,
      createdAt: clients.createdAt,
      retiredAt: clients.retiredAt,
      subscriptionCount: sql<number>`(select count(*)::int from subscriptions sub join components c on c.id = sub.component_id
        where sub.client_id = clients.id and sub.ended_at is null and ${productSeen})`,
      slotCount: sql<number>`(select count(*)::int ${ofClient})`,
      liveCount: sql<number>`(select count(*)::int ${ofClient} and s.current_deployment_id is not null)`,
      lastDeployment: sql<{ at: string; component: string; version: string; slotId: string } | null>`(
        select jsonb_build_object('at', d.finished_at, 'component', c.key, 'version', r.version, 'slotId', s.id)
        from slots s join components c on c.id = s.component_id join deployments d on d.slot_id = s.id join releases r on r.id = d.release_id
        where s.client_id = clients.id and d.state in ('live', 'superseded') and d.finished_at is not null and ${slotSeen}
        order by d.finished_at desc, d.id desc limit 1)`,
    })
    .from(clients)
    .where(where)
    .orderBy(asc(clients.name), asc(clients.id))
    .limit(PAGE_SIZE)
    .offset((page - 1) * PAGE_SIZE);
  const [all] = await ctx.db
    .select({
      total: sql<number>`count(*)::int`,
      inUse: sql<number>`(count(*) filter (where clients.retired_at is null))::int`,
      without: sql<number>`(count(*) filter (where clients.retired_at is null and not exists (
        select 1 from subscriptions sub join components c on c.id = sub.component_id
        where sub.client_id = clients.id and sub.ended_at is null and ${productSeen})))::int`,
    })
    .from(clients)
    .where(where);
  const [retired] = await ctx.db
    .select({ count: sql<number>`count(*)::int` })
    .from(clients)
    .where(and(visibleClients(ctx), isNotNull(clients.retiredAt)));
  const canEdit = can(ctx.actor, "catalog.edit", { productId: null });
  return {
    items: items.map(({ lastDeployment, ...item }) => ({
      ...item,
      lastDeployment: lastDeployment && { ...lastDeployment, at: new Date(lastDeployment.at) },
    })),
    pages: Math.max(1, Math.ceil((all?.total ?? 0) / PAGE_SIZE)),
    /** Of all pages. */
    inUseCount: all?.inUse ?? 0,
    withoutCount: all?.without ?? 0,
    retiredCount: retired?.count ?? 0,
    canEdit,
    /** For the form that adds one. */
    components: canEdit ? await readClientComponents(ctx) : [],
  };
}

/** One client: what it has and could have, its slots, and what waits to be deployed to it. */
export async function getClient(ctx: Context, { key }: GetClient) {
  const [client] = await ctx.db
    .select({
      id: clients.id,
      key: clients.key,
      name: clients.name,
      createdAt: clients.createdAt,
      retiredAt: clients.retiredAt,
    })
    .from(clients)
    .where(and(eq(clients.key, key), visibleClients(ctx)));
  if (!client) throw notFound("client");
  const [parts, had, places, waiting] = await Promise.all([
    readClientComponents(ctx),
    ctx.db
      .select({
        componentId: subscriptions.componentId,
        componentKey: components.key,
        componentName: components.name,
        productName: products.name,
        createdAt: subscriptions.createdAt,
        endedAt: subscriptions.endedAt,
      })
      .from(subscriptions)
      .innerJoin(components, eq(components.id, subscriptions.componentId))
      .innerJoin(products, eq(products.id, components.productId))
      .where(
        and(
          eq(subscriptions.clientId, client.id),
          inScope(ctx.actor, "catalog.read", { productId: products.id, clientId: subscriptions.clientId }),
        ),
      )
      .orderBy(asc(products.name), asc(components.position), asc(components.key)),
    readSlots(ctx, client.id),
    ctx.db
      .select({
        number: promotions.number,
        kind: promotions.kind,
        title: promotions.title,
        state: promotions.state,
        slotId: promotions.slotId,
        createdAt: promotions.createdAt,
      })
      .from(promotions)
      .where(
        and(
          eq(promotions.clientId, client.id),
          inArray(promotions.state, [...WAITING_STATES, ...RUNNING_STATES, "needs_human"]),
          inScope(ctx.actor, "promotions.read", {
            productId: promotions.productId,
            clientId: promotions.clientId,
            environmentId: promotions.environmentId,
          }),
        ),
      )
      .orderBy(desc(promotions.number))
      .limit(100),
  ]);
  const lines = [
    ...parts.map((part) => ({
      componentId: part.id,
      componentKey: part.key,
      componentName: part.name,
      productName: part.product.name,
      isOffered: true,
    })),
    // What it had of a component that is retired now, or of which only its own part is seen.
    ...had
      .filter((one) => !parts.some(({ id }) => id === one.componentId))
      .map(({ componentId, componentKey, componentName, productName }) => ({
        componentId,
        componentKey,
        componentName,
        productName,
        isOffered: false,
      })),
  ];
  return {
    ...client,
    subscriptions: lines.map((line) => {
      const found = had.find((one) => one.componentId === line.componentId);
      return {
        ...line,
        since: found?.createdAt ?? null,
        endedAt: found?.endedAt ?? null,
        isSubscribed: found !== undefined && found.endedAt === null,
        slots: places.filter((place) => place.componentId === line.componentId),
      };
    }),
    waiting,
    canEdit: can(ctx.actor, "catalog.edit", { productId: null, clientId: client.id }) && !client.retiredAt,
  };
}

function readSlots(ctx: Context, clientId: string) {
  return ctx.db
    .select({
      slotId: slots.id,
      componentId: slots.componentId,
      environmentName: environments.name,
      endedAt: sql<Date | null>`coalesce(${slots.endedAt}, ${environments.retiredAt})`.mapWith((value) =>
        value === null ? null : new Date(String(value)),
      ),
      version: releases.version,
      liveSince: deployments.finishedAt,
    })
    .from(slots)
    .innerJoin(components, eq(components.id, slots.componentId))
    .innerJoin(environments, eq(environments.id, slots.environmentId))
    .leftJoin(deployments, eq(deployments.id, slots.currentDeploymentId))
    .leftJoin(releases, eq(releases.id, deployments.releaseId))
    .where(
      and(
        eq(slots.clientId, clientId),
        inScope(ctx.actor, "environments.read", {
          productId: components.productId,
          clientId: slots.clientId,
          environmentId: slots.environmentId,
        }),
      ),
    )
    .orderBy(asc(environments.position), asc(slots.id));
}
