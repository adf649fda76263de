import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { migrateDatabase } from "@/db/migrate";
import { startPostgres } from "../../../scripts/platform/postgres.mjs";

export type Cluster = {
  url: string;
  /** Its server dies as by a power cut; whoever looks after it starts it again. */
  crash: () => void;
  /** It is the cluster that goes, with all that is in it. */
  drop: () => Promise<void>;
  stop: () => Promise<void>;
};

/** A PostgreSQL of the test's own, migrated, as durable as a real one, restarted by its launcher when it dies. */
export async function startCluster(settings: Readonly<Record<string, string>> = {}): Promise<Cluster> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "clearway-cluster-"));
  fs.chmodSync(directory, 0o711);
  const server = await startPostgres({ directory: path.join(directory, "postgres"), settings });
  await migrateDatabase(server.url);
  const pidFile = path.join(server.directory, "data", "postmaster.pid");
  return {
    url: server.url,
    crash: () => process.kill(Number(fs.readFileSync(pidFile, "utf8").split("\n")[0]), "SIGKILL"),
    drop: async () => undefined,
    stop: async () => {
      await server.stop();
      fs.rmSync(directory, { recursive: true, force: true });
    },
  };
}
