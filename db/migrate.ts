import path from "node:path";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import { runMigrations } from "graphile-worker";
import { Pool } from "pg";
import { survivingLoss } from "./client";

const MIGRATION_LOCK = 72_616_001;

/** Brings the database to this version. Safe to run from several processes at once: one migrates, the others wait. */
export async function migrateDatabase(url: string, root: string = process.cwd()): Promise<void> {
  const pool = survivingLoss(new Pool({ connectionString: url, max: 3 }));
  const lock = await pool.connect();
  try {
    await lock.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    const migrationsFolder = path.join(/*turbopackIgnore: true*/ root, "db", "migrations");
    await migrate(drizzle(lock, { casing: "snake_case" }), { migrationsFolder });
    await runMigrations({ pgPool: pool });
  } finally {
    await lock.query("select pg_advisory_unlock($1)", [MIGRATION_LOCK]).catch(() => undefined);
    lock.release();
    await pool.end();
  }
}
