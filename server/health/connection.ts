import { Pool } from "pg";
import { survivingLoss } from "@/db/client";

export type HealthConnection = {
  pool: Pool;
  /** Known at once when the connection breaks, without asking; false again when it is back. */
  isAway: () => boolean;
  /** Resolves once it is known for the first time. */
  known: Promise<void>;
  end: () => Promise<void>;
};

const ASK_AGAIN_MS = 300;
/**
 * A process that is busy itself, as every one is when it starts, misses an answer that has long arrived: its clock comes
 * before its mail. Only a second silence in a row is the server's.
 */
const SILENCES = 2;

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
  let silences = 0;
  let tell: () => void = () => undefined;
  const known = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const ask = async (): Promise<void> => {
    try {
      await pool.query("select 1");
      isAway = false;
      silences = 0;
    } catch (error) {
      silences = /timeout|timed out/i.test(String(error)) ? silences + 1 : SILENCES;
      if (silences >= SILENCES) isAway = true;
      // Holds the process: whoever starts without a database waits for this, and may have nothing else under way.
      if (!hasEnded) setTimeout(ask, ASK_AGAIN_MS);
    }
    if (silences === 0 || isAway) tell();
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
    known,
    end: () => {
      hasEnded = true;
      return pool.end();
    },
  };
}
