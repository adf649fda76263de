import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Client, createClient, createPool } from "@/db/client";
import { migrateDatabase } from "@/db/migrate";
import { anyFreePort } from "../scripts/platform/ports.mjs";
import { startPostgres } from "../scripts/platform/postgres.mjs";
import { until } from "./measure";

export type Installation = {
  db: Client;
  dataDir: string;
  /** Where the web role answers. */
  origin: string;
  webPid: number;
  postgresPid: number;
  stop: () => Promise<void>;
};

/**
 * An installation in directories of its own, as `npm start` runs one: PostgreSQL, a worker and the web role. Empty, or with
 * the demonstration's history.
 */
export async function startInstallation({ demonstration = false } = {}): Promise<Installation> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "clearway-bench-"));
  fs.chmodSync(directory, 0o711);
  const undo: (() => Promise<unknown>)[] = [
    async () => fs.rmSync(directory, { recursive: true, force: true }),
  ];
  const stop = async () => {
    for (const step of undo.reverse()) await step();
  };
  try {
    const postgres = await startPostgres({ directory: path.join(directory, "postgres") });
    undo.push(() => postgres.stop());
    await migrateDatabase(postgres.url);
    const pool = createPool(postgres.url);
    undo.push(() => pool.end());
    const port = await anyFreePort();
    const env = {
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      DATABASE_URL: postgres.url,
      CLEARWAY_DATA_DIR: directory,
      CLEARWAY_DEMO: "1",
      CLEARWAY_SECRET: "a secret that lives as long as this bench",
      PORT: String(port),
    };
    if (demonstration) await runRole("prepare-demonstration", env);
    const worker = startRole("worker", env);
    undo.push(() => end(worker));
    const web = startRole("web", env);
    undo.push(() => end(web));
    const origin = `http://127.0.0.1:${port}`;
    const answers = () =>
      fetch(`${origin}/api/health`).then(
        (answer) => answer.ok,
        () => false,
      );
    await until("The start of the web role", answers);
    const postgresPid = Number(
      fs.readFileSync(path.join(directory, "postgres/data/postmaster.pid"), "utf8").split("\n")[0],
    );
    return { db: createClient(pool), dataDir: directory, origin, webPid: web.pid ?? 0, postgresPid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startRole(role: string, env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ["--enable-source-maps", "dist/server.mjs", role], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

async function runRole(role: string, env: Record<string, string>): Promise<void> {
  const [code] = await once(startRole(role, env), "exit");
  if (code !== 0) throw new Error(`"${role}" ended with ${code}.`);
}

/** Politely, by its id; for good when it does not listen. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), 12_000);
  await ended;
  clearTimeout(timer);
}
