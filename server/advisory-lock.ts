import { setTimeout as sleep } from "node:timers/promises";
import type { PoolClient } from "pg";
import type { Client } from "@/db/client";
import { changedByOthers } from "@/db/refusals";

/** What is done under such a lock calls git: it may take longer than a statement may wait for a row. */
const PATIENCE_MS = 30_000;
const ASK_AGAIN_MS = 100;

/** Runs `work` while nobody else, in any process, works under the same key. */
export type AdvisoryLock = <T>(db: Client, key: string, work: () => Promise<T>) => Promise<T>;

/**
 * A lock that outlives transactions. `space` is ours among PostgreSQL's advisory locks. Each holder keeps a connection
 * of the pool while it works with others of it: never more than `maxHolders` a process, those waiting included. Throws
 * STALE_WRITE to whoever has waited for `patienceMs`.
 */
export function advisoryLock(space: number, maxHolders: number, patienceMs = PATIENCE_MS): AdvisoryLock {
  let holders = 0;
  const waiting: (() => void)[] = [];
  return async (db, key, work) => {
    if (holders >= maxHolders) await new Promise<void>((resolve) => waiting.push(resolve));
    else holders++;
    try {
      return await locked(db, [space, key], patienceMs, work);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else holders--;
    }
  };
}

async function locked<T>(
  db: Client,
  key: [number, string],
  patienceMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const connection = await db.$client.connect();
  let isClean = false;
  try {
    await take(connection, key, patienceMs);
    try {
      return await work();
    } finally {
      await connection.query("select pg_advisory_unlock($1, hashtext($2))", key);
      isClean = true;
    }
  } finally {
    // A connection that may still hold the lock is closed, which frees it.
    connection.release(!isClean);
  }
}

async function take(connection: PoolClient, key: [number, string], patienceMs: number): Promise<void> {
  for (const end = performance.now() + patienceMs; ; ) {
    const { rows } = await connection.query<{ taken: boolean }>(
      "select pg_try_advisory_lock($1, hashtext($2)) as taken",
      key,
    );
    if (rows[0]?.taken) return;
    if (performance.now() > end) throw changedByOthers();
    await sleep(ASK_AGAIN_MS);
  }
}
