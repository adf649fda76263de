import type { ExtractTablesWithRelations } from "drizzle-orm";
import { drizzle, type NodePgDatabase, type NodePgTransaction } from "drizzle-orm/node-postgres";
import { Pool, type PoolConfig } from "pg";
import * as schema from "./schema";

export type Schema = typeof schema;
export type Client = NodePgDatabase<Schema> & { $client: Pool };
export type Transaction = NodePgTransaction<Schema, ExtractTablesWithRelations<Schema>>;
/** A connection or a transaction: reads take either. */
export type Db = NodePgDatabase<Schema> | Transaction;

const SERVER_TIMEOUTS =
  "-c statement_timeout=8000 -c lock_timeout=4000 -c idle_in_transaction_session_timeout=10000";

/** Every timeout is set: `pg` would wait for ever for a pooled client, and a lost peer would keep its row locks. */
export function createPool(url: string, options: PoolConfig = {}): Pool {
  const pool = new Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 4_000,
    idleTimeoutMillis: 30_000,
    options: SERVER_TIMEOUTS,
    ...options,
  });
  // Without a listener the loss of an idle connection ends the process.
  pool.on("error", () => undefined);
  return pool;
}

export function createClient(pool: Pool): Client {
  return drizzle(pool, { schema, casing: "snake_case" });
}
