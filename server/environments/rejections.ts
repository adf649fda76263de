import { and, desc, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { promotions, releases } from "@/db/schema";

const MOST = 50;

/** Deployments to the slot that were rejected, newest first. `isLast`: the release was not asked for there again since. */
export function readRejections(db: Db, slotId: string) {
  return db
    .select({
      promotionNumber: promotions.number,
      releaseId: releases.id,
      version: releases.version,
      rejectedAt: promotions.endedAt,
      /** "Kwame Mensah: the totals are off" */
      outcomeText: promotions.outcomeText,
      isLast: sql<boolean>`not exists (select 1 from promotions later where later.slot_id = ${promotions.slotId}
        and later.release_id = ${promotions.releaseId} and later.kind = 'deploy' and later.number > ${promotions.number})`,
    })
    .from(promotions)
    .innerJoin(releases, eq(releases.id, promotions.releaseId))
    .where(
      and(eq(promotions.slotId, slotId), eq(promotions.kind, "deploy"), eq(promotions.state, "rejected")),
    )
    .orderBy(desc(promotions.number))
    .limit(MOST);
}
