import { type SQL, sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { clients, componentScopeEnum, components, subscriptions } from "./catalog";
import { createdAt, id, moment } from "./columns";
import { people } from "./people";
import { policies } from "./policies";

/** Ordered by `position`. Born closed: without a bound policy nothing is deployed there. */
export const environments = pgTable(
  "environments",
  {
    id: id(),
    key: text().notNull().unique(),
    name: text().notNull(),
    /** Unique at the end of a statement (deferrable): adding in the middle moves the rest. */
    position: integer().notNull().unique(),
    isProduction: boolean().notNull().default(false),
    /** Client components have a slot per client here; elsewhere one slot is shared. */
    isPerClient: boolean().notNull().default(false),
    policyId: uuid().references(() => policies.id, { onDelete: "restrict" }),
    /** Where artifacts are installed; null: nothing can be deployed here yet. */
    slotHostUrl: text(),
    createdAt: createdAt(),
    /** Nothing is deployed there any more; what was live stays known. Once, for good. */
    retiredAt: moment(),
    retiredReason: text(),
  },
  (t) => [
    index().on(t.policyId),
    unique("environments_per_client").on(t.id, t.isPerClient),
    check("environments_retired", sql`(${t.retiredAt} is null) = (${t.retiredReason} is null)`),
  ],
);

/**
 * Component x environment x client (or none): the unit that is deployed, locked and measured.
 * `fence` rises with every deployment that takes the slot; only a higher fence may say what runs there.
 */
export const slots = pgTable(
  "slots",
  {
    id: id(),
    componentId: uuid().notNull(),
    componentScope: componentScopeEnum().notNull(),
    environmentId: uuid().notNull(),
    isPerClient: boolean().notNull(),
    clientId: uuid().references(() => clients.id, { onDelete: "restrict" }),
    currentDeploymentId: uuid(),
    schemaVersion: integer().notNull().default(0),
    fence: bigint({ mode: "number" }).notNull().default(0),
    createdAt: createdAt(),
    /** Its subscription, client or component has ended. What ran there is still told; nothing is deployed there. */
    endedAt: moment(),
  },
  (t) => [
    foreignKey({
      columns: [t.componentId, t.componentScope],
      foreignColumns: [components.id, components.scope],
    }),
    foreignKey({
      columns: [t.environmentId, t.isPerClient],
      foreignColumns: [environments.id, environments.isPerClient],
    }),
    foreignKey({
      columns: [t.clientId, t.componentId],
      foreignColumns: [subscriptions.clientId, subscriptions.componentId],
    }),
    check(
      "slots_client",
      sql`(${t.clientId} is not null) = (${t.componentScope} = 'client' and ${t.isPerClient})`,
    ),
    uniqueIndex("slots_unique").on(t.componentId, t.environmentId, coalesceUuid(t.clientId)),
    index().on(t.environmentId),
    index().on(t.clientId),
  ],
);

/** While one is in force only a rollback starts in the slot. Set and released by people, each with a reason. */
export const slotHolds = pgTable(
  "slot_holds",
  {
    id: id(),
    slotId: uuid()
      .notNull()
      .references(() => slots.id, { onDelete: "restrict" }),
    reason: text().notNull(),
    heldById: uuid()
      .notNull()
      .references(() => people.id, { onDelete: "restrict" }),
    createdAt: createdAt(),
    releasedById: uuid().references(() => people.id, { onDelete: "restrict" }),
    releasedAt: moment(),
    releaseReason: text(),
  },
  (t) => [
    uniqueIndex("slot_holds_one_live").on(t.slotId).where(sql`${t.releasedAt} is null`),
    check(
      "slot_holds_released",
      sql`(${t.releasedAt} is null) = (${t.releasedById} is null) and (${t.releasedAt} is null) = (${t.releaseReason} is null)`,
    ),
    index().on(t.slotId, t.createdAt),
    index().on(t.heldById),
    index().on(t.releasedById),
  ],
);

function coalesceUuid(column: AnyPgColumn): SQL {
  return sql`coalesce(${column}, '00000000-0000-0000-0000-000000000000'::uuid)`;
}
