import { sql } from "drizzle-orm";
import { bigint, check, customType, index, integer, pgEnum, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { moment } from "./columns";
import { people } from "./people";

export const actorKindEnum = pgEnum("actor_kind", ["person", "system"]);

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/** The end of the chain: one row. Locked by every append, so rows are contiguous. */
export const auditHead = pgTable(
  "audit_head",
  {
    id: integer().primaryKey().default(1),
    sequence: bigint({ mode: "number" }).notNull().default(0),
    hash: bytea().notNull(),
  },
  (t) => [check("audit_head_single_row", sql`${t.id} = 1`)],
);

/**
 * Append-only and hash-chained: hash = sha256(0x01 || previous hash || payload as UTF-8).
 * `payload` is the canonical JSON (RFC 8785) that was hashed; every other column repeats a part of it, to be filtered on.
 */
export const auditEvents = pgTable(
  "audit_events",
  {
    sequence: bigint({ mode: "number" }).primaryKey(),
    at: moment().notNull(),
    actorKind: actorKindEnum().notNull(),
    actorId: uuid().references(() => people.id, { onDelete: "restrict" }),
    actorName: text().notNull(),
    action: text().notNull(),
    subjectType: text().notNull(),
    subjectId: text().notNull(),
    /** For people: what it is called on screen. */
    subjectLabel: text().notNull(),
    productId: uuid(),
    payload: text().notNull(),
    previousHash: bytea().notNull(),
    hash: bytea().notNull(),
    /** The transaction that wrote it: a governed change without a row of its own transaction is refused. */
    transactionId: bigint({ mode: "bigint" }).notNull(),
  },
  (t) => [
    index().on(t.subjectType, t.subjectId, t.sequence),
    index().on(t.actorId, t.sequence),
    index().on(t.action, t.sequence),
    index().on(t.productId, t.sequence),
    index().on(t.transactionId),
  ],
);
