import { and, desc, eq, isNull } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Db } from "@/db/client";
import { people, slotHolds } from "@/db/schema";

/** The hold that is in force on a slot, with who set it. */
export async function readHold(db: Db, slotId: string) {
  const [row] = await db
    .select({
      reason: slotHolds.reason,
      heldBy: people.name,
      createdAt: slotHolds.createdAt,
    })
    .from(slotHolds)
    .innerJoin(people, eq(people.id, slotHolds.heldById))
    .where(and(eq(slotHolds.slotId, slotId), isNull(slotHolds.releasedAt)));
  return row ?? null;
}

const releaser = alias(people, "releaser");

/** Every hold a slot has had, newest first. */
export function readHolds(db: Db, slotId: string) {
  return db
    .select({
      id: slotHolds.id,
      reason: slotHolds.reason,
      heldBy: people.name,
      createdAt: slotHolds.createdAt,
      releasedBy: releaser.name,
      releasedAt: slotHolds.releasedAt,
      releaseReason: slotHolds.releaseReason,
    })
    .from(slotHolds)
    .innerJoin(people, eq(people.id, slotHolds.heldById))
    .leftJoin(releaser, eq(releaser.id, slotHolds.releasedById))
    .where(eq(slotHolds.slotId, slotId))
    .orderBy(desc(slotHolds.createdAt), slotHolds.id)
    .limit(50);
}
