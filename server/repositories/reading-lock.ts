import type { Client } from "@/db/client";
import { asRefusal } from "@/db/refusals";

/** "CWRR" as a number: our part of PostgreSQL's advisory locks. */
const LOCK_SPACE = 0x43_57_52_52;
/** Each holds a connection of the pool while it works with others of it. */
const MAX_READERS = 3;

let readers = 0;
const waiting: (() => void)[] = [];

/** One reading of a repository at a time, over all processes: an older list of heads never overwrites a newer one. */
export async function withReadingLock<T>(
  db: Client,
  repositoryId: string,
  work: () => Promise<T>,
): Promise<T> {
  if (readers >= MAX_READERS) await new Promise<void>((resolve) => waiting.push(resolve));
  else readers++;
  try {
    return await locked(db, repositoryId, work);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else readers--;
  }
}

async function locked<T>(db: Client, repositoryId: string, work: () => Promise<T>): Promise<T> {
  const connection = await db.$client.connect();
  const key = [LOCK_SPACE, repositoryId];
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
