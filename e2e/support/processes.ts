import { execFileSync } from "node:child_process";
import fs from "node:fs";
import pg from "pg";

/** Process ids of one role of the installation whose data directory this is; "launcher" is what `npm start` runs. */
export function processesOfRole(role: string, dataDir: string): number[] {
  const pids = execFileSync("ps", ["-eo", "pid="], { encoding: "utf8" }).trim().split(/\s+/).map(Number);
  return pids.filter((pid) => {
    try {
      const command = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      const isRole =
        role === "launcher"
          ? command.some((part) => part.endsWith("scripts/start.mjs"))
          : command.some((part) => part.endsWith("dist/server.mjs")) && command.includes(role);
      const environment = fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      return isRole && environment.includes(`CLEARWAY_DATA_DIR=${dataDir}`);
    } catch {
      return false;
    }
  });
}

/**
 * Stops processes where they stand, but not in the middle of a transaction or under a lock: whoever needs the same
 * meanwhile would wait for them. Returns how to let them go on.
 */
export async function holdStill(pids: readonly number[], databaseUrl: string): Promise<() => void> {
  const tell = (name: NodeJS.Signals) => {
    for (const pid of pids) process.kill(pid, name);
  };
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const end = Date.now() + HOLD_WITHIN_MS; Date.now() < end; ) {
      tell("SIGSTOP");
      if (await comesToRest(client)) return () => tell("SIGCONT");
      tell("SIGCONT");
      // What they were at goes on meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const { rows } = await client.query(OTHERS_AT_WORK);
    throw new Error(`they are never at rest: ${JSON.stringify(rows)}`);
  } catch (error) {
    tell("SIGCONT");
    throw error;
  } finally {
    await client.end();
  }
}

const HOLD_WITHIN_MS = 60_000;
const OTHERS_AT_WORK = `
  select state, query from pg_stat_activity
   where backend_type = 'client backend' and state <> 'idle' and pid <> pg_backend_pid()
  union all select 'advisory lock', objid::text from pg_locks where locktype = 'advisory'`;

/** Whoever still runs ends what it is at within a second; what a stopped process has begun stays as it is. */
async function comesToRest(client: pg.Client): Promise<boolean> {
  for (let look = 0; look < 40; look++) {
    if ((await client.query(OTHERS_AT_WORK)).rowCount === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}
