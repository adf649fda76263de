import type { Pool } from "pg";

export type Health = {
  version: string;
  database: "ok" | "down";
  /** Seconds since a worker was last seen; null when none ever was or the database is down. */
  workerLagSeconds: number | null;
};

/** Public and cheap: says nothing that a stranger on the network may not know. */
export async function readHealth(pool: Pool, version: string): Promise<Health> {
  try {
    const { rows } = await pool.query<{ lag: number | null }>(
      "select extract(epoch from clearway_now() - max(seen_at))::float8 as lag from workers",
    );
    const lag = rows[0]?.lag ?? null;
    return {
      version,
      database: "ok",
      workerLagSeconds: lag === null ? null : Math.max(0, Math.round(lag * 10) / 10),
    };
  } catch {
    return { version, database: "down", workerLagSeconds: null };
  }
}
