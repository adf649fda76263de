import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { promotions } from "@/db/schema";
import { isWaitingFor } from "./withdraw";

/** What withdrawing it would mean beyond the slot. */
type Everywhere = {
  /** Promotions that a withdrawal would cancel, wherever they go. */
  waiting: number;
  /** The other slots in which it runs. */
  runsElsewhere: number;
};

/** The release that leaves a slot. `everywhere`: only for those whom the other slots and clients concern. */
export type Leaving = { version: string; isWithdrawn: boolean; everywhere: Everywhere | null };

/** Null where there is no such release. */
export async function readLeaving(
  db: Db,
  { releaseId, slotId, isEverywhereTold }: { releaseId: string; slotId: string; isEverywhereTold: boolean },
): Promise<Leaving | null> {
  const { rows } = await db.execute<Omit<Leaving, "everywhere"> & Everywhere>(sql`
    select r.version, r.withdrawn_at is not null as "isWithdrawn",
      (select count(*)::int from ${promotions} where ${isWaitingFor(releaseId)}) as waiting,
      (select count(*)::int from slots s join deployments d on d.id = s.current_deployment_id
        where d.release_id = r.id and s.id <> ${slotId}::uuid) as "runsElsewhere"
    from releases r where r.id = ${releaseId}::uuid`);
  const [row] = rows;
  if (!row) return null;
  const { version, isWithdrawn, ...everywhere } = row;
  return { version, isWithdrawn, everywhere: isEverywhereTold ? everywhere : null };
}
