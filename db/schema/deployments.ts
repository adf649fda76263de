import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  index,
  integer,
  pgEnum,
  pgTable,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { DEPLOYMENT_STATES } from "@/domain/deployments/status";
import { createdAt, id, moment } from "./columns";
import { slots } from "./environments";
import { promotions } from "./promotions";
import { releases } from "./releases";

export const deploymentStateEnum = pgEnum("deployment_state", DEPLOYMENT_STATES);

/** One artifact put into one slot by one promotion. The active one is the slot's lock. */
export const deployments = pgTable(
  "deployments",
  {
    id: id(),
    number: integer().notNull().unique().generatedAlwaysAsIdentity(),
    slotId: uuid()
      .notNull()
      .references(() => slots.id, { onDelete: "restrict" }),
    promotionId: uuid()
      .notNull()
      .references(() => promotions.id, { onDelete: "restrict" }),
    attempt: integer().notNull(),
    releaseId: uuid()
      .notNull()
      .references(() => releases.id, { onDelete: "restrict" }),
    artifactSha256: text().notNull(),
    state: deploymentStateEnum().notNull().default("starting"),
    fence: bigint({ mode: "number" }).notNull(),
    previousDeploymentId: uuid().references((): AnyPgColumn => deployments.id, { onDelete: "restrict" }),
    outcomeText: text(),
    createdAt: createdAt(),
    verifyingAt: moment(),
    finishedAt: moment(),
  },
  (t) => [
    unique("deployments_attempt").on(t.promotionId, t.attempt),
    uniqueIndex("deployments_one_active_per_slot")
      .on(t.slotId)
      .where(sql`${t.state} in ('starting', 'verifying', 'unknown')`),
    unique("deployments_fence").on(t.slotId, t.fence),
    index().on(t.slotId, t.createdAt),
    index().on(t.releaseId, t.state),
    index().on(t.previousDeploymentId),
  ],
);

/** One answer of the slot's health address after a deployment. */
export const deploymentChecks = pgTable(
  "deployment_checks",
  {
    id: id(),
    deploymentId: uuid()
      .notNull()
      .references(() => deployments.id, { onDelete: "restrict" }),
    attempt: integer().notNull(),
    isHealthy: boolean().notNull(),
    /** False: there was no answer, or none that was about what was installed. Never a reason to roll back. */
    isConclusive: boolean().notNull().default(true),
    detail: text().notNull(),
    checkedAt: createdAt(),
  },
  (t) => [unique("deployment_checks_attempt").on(t.deploymentId, t.attempt)],
);
