import { Pool } from "pg";
import { survivingLoss } from "@/db/client";

/**
 * The health address's own connection, taken at the start and kept: it answers when the others are all in use, and when
 * a stranger has used up the server's. Comes back by itself after the server was away.
 */
export function reserveConnection(url: string): Pool {
  const pool = survivingLoss(
    new Pool({
      connectionString: url,
      max: 1,
      idleTimeoutMillis: 0,
      connectionTimeoutMillis: 1_000,
      query_timeout: 2_000,
      keepAlive: true,
    }),
  );
  void pool.query("select 1").catch(() => undefined);
  return pool;
}
