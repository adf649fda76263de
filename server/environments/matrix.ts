import { and, asc, eq, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import {
  clients,
  components,
  deployments,
  environments,
  policies,
  products,
  releases,
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
 * Clients x environments x components. A cell says what runs there since when, what is being deployed or waits, and the
 * rank of its release among those of its repository. What has nothing to say is absent, and what its row or column says
 * already is not repeated: the page carries hundreds of cells.
 */
export async function getMatrix(ctx: Context, input: EnvironmentMatrix) {
  const [columns, rows, installed, marks, filters] = await Promise.all([
    readEnvironments(ctx),
    readComponents(ctx),
    readSlots(ctx, input),
    readMarks(ctx.db),
    readClients(ctx),
  ]);
  const known = {
    environments: new Map(columns.map(({ id, key }) => [id, key])),
    clients: new Map(filters.map(({ id, key }) => [id, key])),
    marks: grouped(marks, ({ slotId }) => slotId),
  };
  const slotsOf = grouped(installed, ({ componentId }) => componentId);
  return {
    environments: input.retired ? columns : columns.filter(({ retiredAt }) => retiredAt === null),
    /** How many environments were retired, shown or not. */
    retired: columns.filter(({ retiredAt }) => retiredAt !== null).length,
    clients: filters.map(({ key, name }) => ({ key, name })),
    you: { canEdit: can(ctx.actor, "environments.edit", { productId: null }) },
    components: rows.flatMap(({ id, key, scope, productKey, productName }) => {
      const cells = (slotsOf.get(id) ?? []).flatMap((slot) => cellOf(slot, known) ?? []);
      if (cells.length === 0) return [];
      return { key, isCommon: scope === "common", product: { key: productKey, name: productName }, cells };
    }),
  };
}

type Known = {
  environments: ReadonlyMap<string, string>;
  clients: ReadonlyMap<string, string>;
  marks: ReadonlyMap<string, readonly Mark[]>;
};

/** Null for a slot that came between two of the statements, with its client or environment: it is there the next time. */
function cellOf(slot: Slot, known: Known): MatrixCell | null {
  const environmentKey = known.environments.get(slot.environmentId);
  const clientKey = slot.clientId ? known.clients.get(slot.clientId) : null;
  if (environmentKey === undefined || clientKey === undefined) return null;
  return {
    slotId: slot.id,
    environmentKey,
    ...(clientKey !== null && { clientKey }),
    ...(slot.version !== null && { version: slot.version }),
    ...(slot.rank !== null && { rank: slot.rank }),
    ...(slot.isWithdrawn && { isWithdrawn: true }),
    ...(slot.liveSince !== null && { liveSince: slot.liveSince }),
    ...marksIn(known.marks.get(slot.id) ?? []),
  };
}

export type MatrixCell = {
  slotId: string;
  environmentKey: string;
  /** Absent: shared by the clients. */
  clientKey?: string;
  /** Absent with the rest of what runs there: nothing was ever installed. */
  version?: string;
  rank?: number;
  isWithdrawn?: boolean;
  /** ISO 8601: a date of its own would cost each slot a second line in what is sent. */
  liveSince?: string;
  /** The deployment that holds the slot now. */
  running?: { state: string; version: string };
  /** The newest promotion that waits. */
  waiting?: { version: string };
  /** Who holds it and why; absent: nobody. */
  hold?: { reason: string; heldBy: string };
  /** The newest attempt failed or was rolled back after what is live now. */
  lastFailure?: { state: string; version: string };
};

function marksIn(marks: readonly Mark[]): Pick<MatrixCell, "running" | "waiting" | "hold" | "lastFailure"> {
  const found: Pick<MatrixCell, Mark["kind"]> = {};
  for (const { kind, said, named } of marks) {
    if (kind === "hold") found.hold = { reason: said, heldBy: named };
    else if (kind === "waiting") found.waiting = { version: named };
    else found[kind] = { state: said, version: named };
  }
  return found;
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

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}

/** Every component with its product, in the order of the rows. */
function readComponents(ctx: Context) {
  return ctx.db
    .select({
      id: components.id,
      key: components.key,
      scope: components.scope,
      productKey: products.key,
      productName: products.name,
    })
    .from(components)
    .innerJoin(products, eq(products.id, components.productId))
    .orderBy(asc(products.name), asc(components.position), asc(components.key));
}

type Slot = {
  id: string;
  componentId: string;
  environmentId: string;
  clientId: string | null;
  version: string | null;
  rank: number | null;
  isWithdrawn: boolean;
  liveSince: string | null;
};

/**
 * Without the names of what it joins: planning one statement with everything takes longer than reading it. The rows are
 * taken as PostgreSQL writes them, since decoding each of thousands of values takes longer than reading them.
 */
async function readSlots(ctx: Context, input: EnvironmentMatrix): Promise<Slot[]> {
  const conditions: (SQL | undefined)[] = [inScope(ctx.actor, "environments.read", SCOPE)];
  if (!input.retired) conditions.push(isNull(environments.retiredAt), isNull(slots.endedAt));
  if (input.productKey) {
    conditions.push(sql`${components.productId} = (select id from products where key = ${input.productKey})`);
  }
  if (input.clientKey) conditions.push(concernsClient(input.clientKey));
  const { rows } = await ctx.db.execute<Slot>(sql`
    select ${slots.id} as id, ${slots.componentId} as "componentId", ${slots.environmentId} as "environmentId",
      ${slots.clientId} as "clientId", ${releases.version} as version, ${releases.ordinal} as rank,
      ${releases.withdrawnAt} is not null as "isWithdrawn",
      to_char(${deployments.finishedAt} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "liveSince"
    from ${slots}
    join ${components} on ${components.id} = ${slots.componentId}
    join ${environments} on ${environments.id} = ${slots.environmentId}
    left join ${deployments} on ${deployments.id} = ${slots.currentDeploymentId}
    left join ${releases} on ${releases.id} = ${deployments.releaseId}
    where ${and(...conditions) ?? sql`true`}
    order by ${slots.id} limit 5000`);
  return rows;
}

/** A client's own slots, and the shared ones of what it has: its components and the common ones of their products. */
function concernsClient(clientKey: string) {
  const shared = and(
    isNull(slots.clientId),
    sql`exists (select 1 from subscriptions s join clients c on c.id = s.client_id join components own on own.id = s.component_id
      where c.key = ${clientKey} and own.product_id = ${components.productId}
        and (own.id = ${components.id} or ${components.scope} = 'common'))`,
  );
  return or(sql`${slots.clientId} = (select id from clients where key = ${clientKey})`, shared);
}

/** What is not at rest in a slot. `said`: a state, or the reason of a hold; `named`: a version, or who holds it. */
type Mark = {
  slotId: string;
  kind: "running" | "waiting" | "hold" | "lastFailure";
  said: string;
  named: string;
};

/**
 * Of all slots: there are few, and whoever asks keeps those of the slots that they see. The newest attempt is looked for
 * only where it is not what runs.
 */
export async function readMarks(db: Db): Promise<Mark[]> {
  const { rows } = await db.execute<Mark>(sql`
    select d.slot_id as "slotId", 'running' as kind, d.state::text as said, r.version as named
    from deployments d join releases r on r.id = d.release_id
    where d.state in (${listed(ACTIVE_DEPLOYMENT_STATES)})
    union all
    (select distinct on (p.slot_id) p.slot_id, 'waiting', p.state::text, r.version
    from promotions p join releases r on r.id = p.release_id
    where p.slot_id is not null and p.state in (${listed(WAITING_STATES)})
    order by p.slot_id, p.number desc)
    union all
    select h.slot_id, 'hold', h.reason, pe.name
    from slot_holds h join people pe on pe.id = h.held_by_id where h.released_at is null
    union all
    select s.id, 'lastFailure', newest.state::text, r.version
    from slots s
    left join deployments live on live.id = s.current_deployment_id
    left join promotions way on way.id = live.promotion_id
    cross join lateral (select d.state, d.release_id
      from deployments d join promotions p on p.id = d.promotion_id
      where d.slot_id = s.id and p.kind = 'deploy' order by d.fence desc limit 1) newest
    join releases r on r.id = newest.release_id
    where (live.fence = s.fence and way.kind = 'deploy') is not true and newest.state in ('failed', 'rolled_back')`);
  return rows;
}

function listed(states: readonly string[]): SQL {
  return sql.join(
    states.map((state) => sql`${state}`),
    sql`, `,
  );
}

/** Whose slots the actor may see, by name: the filter's choices, whatever is chosen now. */
function readClients(ctx: Context) {
  return ctx.db
    .selectDistinct({ id: clients.id, key: clients.key, name: clients.name })
    .from(slots)
    .innerJoin(components, eq(components.id, slots.componentId))
    .innerJoin(clients, eq(clients.id, slots.clientId))
    .where(inScope(ctx.actor, "environments.read", SCOPE))
    .orderBy(asc(clients.name), asc(clients.key));
}

/**
 * What can be promoted to one slot now or soon: the newest releases that carry its component, the newest on master, and
 * what was rejected or cancelled there.
 */
export async function readReleasesFor(ctx: Context, componentId: string, slotId: string) {
  const isOnMaster = sql<boolean>`exists (select 1 from release_commits rc
    where rc.release_id = releases.id and rc.ref = 'refs/heads/master')`;
  const newest = (condition: SQL) => sql`(select releases.id from releases
    join release_artifacts ra on ra.release_id = releases.id
    where ra.component_id = ${componentId}::uuid and ${condition}
    order by releases.created_at desc, releases.id desc limit 20)`;
  const endedUndone = sql`(select p.release_id from promotions p
    where p.slot_id = ${slotId}::uuid and p.kind = 'deploy' and p.state in ('rejected', 'cancelled')
    order by p.number desc limit 20)`;
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
    .where(sql`${releases.id} in (${newest(sql`true`)} union ${newest(isOnMaster)} union ${endedUndone})`)
    .orderBy(sql`${releases.createdAt} desc, ${releases.id} desc`);
}
