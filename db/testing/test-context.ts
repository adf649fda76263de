import { mkdtempSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Client, createClient, createPool, PATIENT } from "@/db/client";
import { type ClonedDatabase, cloneDatabase, cloneOf } from "./cloned-database";

export type QueuedJob = { task: string; payload: Record<string, string> };

export type TestContext<Actor> = {
  db: Client;
  url: string;
  dataDir: string;
  actor: Actor;
  /** Collects what commands put in the queue; nothing runs by itself. */
  jobs: QueuedJob[];
  enqueue: (tx: unknown, task: string, payload: Record<string, string>) => Promise<void>;
  database: ClonedDatabase;
  /** Closes the connections; the database and the files stay until `remove`. */
  leave: () => Promise<void>;
  remove: () => Promise<void>;
  stop: () => Promise<void>;
};

/**
 * A database and a data directory of one's own, committed for real: what a command, a worker or a race needs.
 * `on`: a migrated database on a server of the test's own. `from`: what both begin as copies of; nobody may be on it.
 */
export async function createTestContext<Actor>(
  actor: Actor,
  on?: ClonedDatabase | null,
  from?: { readonly database: ClonedDatabase; readonly dataDir: string } | null,
): Promise<TestContext<Actor>> {
  const database = on ?? (await (from ? cloneOf(from.database) : cloneDatabase()));
  // A test may do far more at once than a worker does, on a machine that has other work.
  const pool = createPool(database.url, { ...PATIENT, connectionTimeoutMillis: 60_000 });
  const dataDir = mkdtempSync(path.join(tmpdir(), "clearway-data-"));
  if (from)
    await cp(from.dataDir, dataDir, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  const jobs: QueuedJob[] = [];
  const leave = () => pool.end();
  const remove = async () => {
    await database.drop();
    // A process that was killed may write its last file meanwhile.
    await rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
  };
  return {
    db: createClient(pool),
    url: database.url,
    dataDir,
    actor,
    jobs,
    enqueue: async (_tx, task, payload) => {
      jobs.push({ task, payload });
    },
    database,
    leave,
    remove,
    stop: async () => {
      await leave();
      await remove();
    },
  };
}
