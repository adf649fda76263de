import { and, desc, eq, gte, lt, or, type SQL, sql } from "drizzle-orm";
import { auditEvents, products } from "@/db/schema";
import type { ListAudit } from "@/domain/audit/input";
import { inScope } from "../auth/scope";
import type { Context } from "../context";

/** The chain as a list, newest first, paged by sequence. Organisation-wide rows need organisation-wide permission. */
export async function listAudit(ctx: Context, input: ListAudit) {
  const conditions: (SQL | undefined)[] = [
    inScope(ctx.actor, "audit.read", { productId: sql`${auditEvents.productId}` }),
    input.actor ? contains(sql`${auditEvents.actorName}`, input.actor) : undefined,
    input.action ? sql`starts_with(${auditEvents.action}, ${input.action})` : undefined,
    input.subject
      ? or(
          contains(sql`${auditEvents.subjectLabel}`, input.subject),
          eq(auditEvents.subjectId, input.subject),
        )
      : undefined,
    input.productKey ? eq(products.key, input.productKey) : undefined,
    input.from ? gte(auditEvents.at, sql`${input.from}::date`) : undefined,
    input.until ? lt(auditEvents.at, sql`${input.until}::date + 1`) : undefined,
    input.before ? lt(auditEvents.sequence, input.before) : undefined,
  ];
  const rows = await ctx.db
    .select({
      sequence: auditEvents.sequence,
      at: auditEvents.at,
      actorKind: auditEvents.actorKind,
      actorName: auditEvents.actorName,
      action: auditEvents.action,
      subjectType: auditEvents.subjectType,
      subjectId: auditEvents.subjectId,
      subjectLabel: auditEvents.subjectLabel,
      productName: products.name,
      payload: auditEvents.payload,
      hash: sql<string>`encode(${auditEvents.hash}, 'hex')`,
      previousHash: sql<string>`encode(${auditEvents.previousHash}, 'hex')`,
    })
    .from(auditEvents)
    .leftJoin(products, eq(products.id, auditEvents.productId))
    .where(and(...conditions))
    .orderBy(desc(auditEvents.sequence))
    .limit(input.limit + 1);
  const items = rows.slice(0, input.limit);
  const last = items.at(-1);
  return { items, next: rows.length > input.limit && last ? last.sequence : null };
}

function contains(column: SQL, text: string): SQL {
  return sql`position(lower(${text}) in lower(${column})) > 0`;
}
