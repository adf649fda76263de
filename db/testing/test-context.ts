import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Client, createClient, createPool, PATIENT } from "@/db/client";
import { type ClonedDatabase, cloneDatabase } from "./cloned-database";

export type QueuedJob = { task: string; payload: Record<string, string> };

export type TestContext<Actor> = {
  db: Client;
  url: string;
  dataDir: string;
  actor: Actor;
  /** Collects what commands put in the queue; nothing runs by itself. */
  jobs: QueuedJob[];
  enqueue: (tx: unknown, task: string, payload: Record<string, string>) => Promise<void>;
  stop: () => Promise<void>;
};

/**
 * A database and a data directory of one's own, committed for real: what a command, a worker or a race needs.
 * `on`: a migrated database on a server of the test's own.
 */
export async function createTestContext<Actor>(
  actor: Actor,
  on?: ClonedDatabase,
): Promise<TestContext<Actor>> {
  const database = on ?? (await cloneDatabase());
  // A test may do far more at once than a worker does, on a machine that has other work.
  const pool = createPool(database.url, { ...PATIENT, connectionTimeoutMillis: 60_000 });
  const dataDir = mkdtempSync(path.join(tmpdir(), "clearway-data-"));
  const jobs: QueuedJob[] = [];
  return {
    db: createClient(pool),
    url: database.url,
    dataDir,
    actor,
    jobs,
    enqueue: async (_tx, task, payload) => {
      jobs.push({ task, payload });
    },
    stop: async () => {
      await pool.end();
      await database.drop();
      // A process that was killed may write its last file meanwhile.
      await rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
