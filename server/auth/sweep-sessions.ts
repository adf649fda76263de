import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";

const EVERY_MS = 60 * 60_000;
const BATCH = 500;
const KEPT_DAYS = 30;
let nextAt = 0;

/** Removes old sessions, a batch at a time while there are any, else once an hour, however often it is called. */
export async function sweepSessions(db: Db, now: number = performance.now()): Promise<void> {
  if (now < nextAt) return;
  const removed = await removeOldSessions(db);
  nextAt = removed < BATCH ? now + EVERY_MS : 0;
}

/**
 * Removes sessions that ended by themselves long ago; how many. A person's newest stays: it says when they last signed
 * in, and that they ever did.
 */
export async function removeOldSessions(db: Db, batch: number = BATCH): Promise<number> {
  const { rowCount } = await db.execute(sql`
    delete from sessions where session_token in (
      select old.session_token from sessions old
      where old.expires < clearway_now() - make_interval(days => ${KEPT_DAYS})
        and exists (
          select 1 from sessions newer where newer.user_id = old.user_id
            and (newer.authenticated_at, newer.session_token) > (old.authenticated_at, old.session_token))
      limit ${batch} for update of old skip locked)`);
  return rowCount ?? 0;
}
