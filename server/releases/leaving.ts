import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { promotions } from "@/db/schema";
import { isWaitingFor } from "./withdraw";

export type Leaving = {
  version: string;
  isWithdrawn: boolean;
  /** Promotions that a withdrawal would cancel, wherever they go. */
  waiting: number;
  /** The other slots in which it runs. */
  runsElsewhere: number;
};

/** What withdrawing the release that leaves a slot would mean beyond that slot. Null where there is no such release. */
export async function readLeaving(db: Db, releaseId: string, slotId: string): Promise<Leaving | null> {
  const { rows } = await db.execute<Leaving>(sql`
    select r.version, r.withdrawn_at is not null as "isWithdrawn",
      (select count(*)::int from ${promotions} where ${isWaitingFor(releaseId)}) as waiting,
      (select count(*)::int from slots s join deployments d on d.id = s.current_deployment_id
        where d.release_id = r.id and s.id <> ${slotId}::uuid) as "runsElsewhere"
    from releases r where r.id = ${releaseId}::uuid`);
  return rows[0] ?? null;
}
