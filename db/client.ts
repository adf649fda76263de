import type { ExtractTablesWithRelations } from "drizzle-orm";
import { drizzle, type NodePgDatabase, type NodePgTransaction } from "drizzle-orm/node-postgres";
import { Pool, type PoolConfig } from "pg";
import { giveUpBroken } from "./broken-transactions";
import { PlannedStatements } from "./planned-statements";
import * as schema from "./schema";

export type Schema = typeof schema;
export type Client = NodePgDatabase<Schema> & { $client: Pool };
export type Transaction = NodePgTransaction<Schema, ExtractTablesWithRelations<Schema>>;
/** A connection or a transaction: reads take either. */
export type Db = NodePgDatabase<Schema> | Transaction;

/** Held by the server, so that a process that is frozen or cut off cannot keep its locks. In milliseconds. */
export const SERVER_TIMEOUTS = {
  statement_timeout: 5_000,
  lock_timeout: 3_000,
  idle_in_transaction_session_timeout: 5_000,
} as const;

/** A peer that vanished is noticed in under ten seconds. */
const KEEP_ALIVE = {
  tcp_keepalives_idle: 5,
  tcp_keepalives_interval: 2,
  tcp_keepalives_count: 2,
  tcp_user_timeout: 8_000,
};

/** For processes that nobody waits for: they would rather wait for a connection than fail a job. */
export const PATIENT: PoolConfig = { max: 16, connectionTimeoutMillis: 5_000 };

/**
 * Every timeout is set: `pg` would wait for ever for a pooled client, and a lost peer would keep its row locks.
 * A person waits a second and a half at most for a free connection; then they are told that Clearway is busy.
 */
export function createPool(url: string, options: PoolConfig = {}): Pool {
  const settings = Object.entries({ ...SERVER_TIMEOUTS, ...KEEP_ALIVE });
  const pool = new Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 1_500,
    // Kept: on a busy machine a new connection is what takes long.
    idleTimeoutMillis: 600_000,
    query_timeout: SERVER_TIMEOUTS.statement_timeout + 1_000,
    keepAlive: true,
    options: settings.map(([name, value]) => `-c ${name}=${value}`).join(" "),
    ...options,
  });
  const statements = new PlannedStatements();
  pool.on("connect", (client) => {
    statements.attach(client);
    giveUpBroken(client);
  });
  return survivingLoss(pool);
}

/**
 * Without listeners the loss of a connection ends the process: the pool's hears of idle ones only, so each connection has
 * its own. Whoever uses a lost one hears of it by its query.
 */
export function survivingLoss(pool: Pool): Pool {
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

const WARMING_TRIES = 3;

/**
 * Opens all connections of a pool before anybody waits for one: a process that is busy, as with its first pages, may
 * take longer for a new one than a person waits. A server that is away is no reason not to start.
 */
export async function warmUp(pool: Pool): Promise<void> {
  for (let tries = 0; tries < WARMING_TRIES && pool.totalCount < pool.options.max; tries += 1) {
    const taken = await Promise.allSettled(Array.from({ length: pool.options.max }, () => pool.connect()));
    for (const one of taken) if (one.status === "fulfilled") one.value.release();
  }
}

export function createClient(pool: Pool): Client {
  return drizzle(pool, { schema, casing: "snake_case" });
}
