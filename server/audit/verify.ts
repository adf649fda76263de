import { createHash } from "node:crypto";
import { asc, gt, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { auditEvents, auditHead } from "@/db/schema";

export type Verification =
  | { isIntact: true; count: number }
  | { isIntact: false; count: number; sequence: number; why: string };

const PAGE = 2_000;

/**
 * Reads the whole chain and recomputes it: numbers without gaps, every hash over the one before and the payload,
 * every column as the payload says, and the head as the last row. Names the first row that does not hold.
 */
export async function verifyAudit(db: Db): Promise<Verification> {
  let previous: Buffer = Buffer.alloc(0);
  let count = 0;
  for (;;) {
    const rows = await db
      .select()
      .from(auditEvents)
      .where(gt(auditEvents.sequence, count))
      .orderBy(asc(auditEvents.sequence))
      .limit(PAGE);
    for (const row of rows) {
      const why = fault(row, count + 1, previous);
      if (why) return { isIntact: false, count, sequence: count + 1, why };
      previous = row.hash;
      count += 1;
    }
    if (rows.length < PAGE) break;
  }
  const [head] = await db.select().from(auditHead).where(sql`id = 1`);
  if (count > 0 && (head?.sequence !== count || !head.hash.equals(previous))) {
    return {
      isIntact: false,
      count,
      sequence: count + 1,
      why: `the chain's head says ${head?.sequence ?? "nothing"}, the last row is ${count}`,
    };
  }
  return { isIntact: true, count };
}

type Row = typeof auditEvents.$inferSelect;

function fault(row: Row, expected: number, previous: Buffer): string | null {
  if (row.sequence !== expected) return `row ${expected} is missing; the next one is ${row.sequence}`;
  if (!row.previousHash.equals(previous)) return "it does not follow from the row before";
  const hash = createHash("sha256")
    .update(Buffer.of(1))
    .update(previous)
    .update(row.payload, "utf8")
    .digest();
  if (!row.hash.equals(hash)) return "its payload is not the one that was hashed";
  return columnFault(row);
}

function columnFault(row: Row): string | null {
  const said = JSON.parse(row.payload) as {
    at: string;
    actor: { kind: string; id: string | null; name: string };
    action: string;
    subject: { type: string; id: string; label: string; productId: string | null };
  };
  const pairs: [string, unknown, unknown][] = [
    ["at", row.at.getTime(), new Date(said.at).getTime()],
    ["actor_kind", row.actorKind, said.actor.kind],
    ["actor_id", row.actorId, said.actor.id],
    ["actor_name", row.actorName, said.actor.name],
    ["action", row.action, said.action],
    ["subject_type", row.subjectType, said.subject.type],
    ["subject_id", row.subjectId, said.subject.id],
    ["subject_label", row.subjectLabel, said.subject.label],
    ["product_id", row.productId, said.subject.productId],
  ];
  const wrong = pairs.find(([, stored, told]) => stored !== told);
  return wrong ? `its column ${wrong[0]} does not say what its payload says` : null;
}

/** The command: prints one line and tells by its exit code. */
export async function printVerification(db: Db): Promise<number> {
  const result = await verifyAudit(db);
  if (result.isIntact) {
    console.info(`The audit chain is intact: ${result.count} rows.`);
    return 0;
  }
  console.error(
    `The audit chain is broken at row ${result.sequence}: ${result.why}. ${result.count} rows before it are intact.`,
  );
  return 2;
}
