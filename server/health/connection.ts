import { Pool } from "pg";
import { survivingLoss } from "@/db/client";

export type HealthConnection = {
  pool: Pool;
  /** Known at once when the connection breaks, without asking; false again when it is back. */
  isAway: () => boolean;
  end: () => Promise<void>;
};

const ASK_AGAIN_MS = 300;

/**
 * The health address's own connection, taken at the start and kept: it answers when the others are all in use, and when
 * a stranger has used up the server's. Comes back by itself after the server was away.
 */
export function reserveConnection(url: string): HealthConnection {
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
  let isAway = false;
  let hasEnded = false;
  const ask = async (): Promise<void> => {
    try {
      await pool.query("select 1");
      isAway = false;
    } catch {
      isAway = true;
      if (!hasEnded) setTimeout(ask, ASK_AGAIN_MS).unref();
    }
  };
  pool.on("error", () => {
    if (isAway || hasEnded) return;
    isAway = true;
    void ask();
  });
  void ask();
  return {
    pool,
    isAway: () => isAway,
    end: () => {
      hasEnded = true;
      return pool.end();
    },
  };
}
