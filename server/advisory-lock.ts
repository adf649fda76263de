import type { Client } from "@/db/client";
import { asRefusal } from "@/db/refusals";

/** Runs `work` while nobody else, in any process, works under the same key. */
export type AdvisoryLock = <T>(db: Client, key: string, work: () => Promise<T>) => Promise<T>;

/**
 * A lock that outlives transactions. `space` is ours among PostgreSQL's advisory locks. Each holder keeps a connection
 * of the pool while it works with others of it: never more than `maxHolders` a process, those waiting included.
 */
export function advisoryLock(space: number, maxHolders: number): AdvisoryLock {
  let holders = 0;
  const waiting: (() => void)[] = [];
  return async (db, key, work) => {
    if (holders >= maxHolders) await new Promise<void>((resolve) => waiting.push(resolve));
    else holders++;
    try {
      return await locked(db, [space, key], work);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else holders--;
    }
  };
}

async function locked<T>(db: Client, key: [number, string], work: () => Promise<T>): Promise<T> {
  const connection = await db.$client.connect();
  let isClean = false;
  try {
    await connection.query("select pg_advisory_lock($1, hashtext($2))", key).catch((error: unknown) => {
      throw asRefusal(error);
    });
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
