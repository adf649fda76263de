import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import path from "node:path";
import { env } from "@/server/env";
import { bundleProgram } from "../../../scripts/platform/build.mjs";

/** In seconds; a dead worker's work is taken over after it. */
export const LEASE_SECONDS = 2;

export type Program = { name: string; file: string; remove: () => void };

/** The program as `npm run build` bundles it, in a folder of its own: with the fault points in it, or as released. */
export async function bundle(options: { faults: boolean }): Promise<Program> {
  const name = `program-${randomBytes(4).toString("hex")}`;
  const directory = path.join("dist", name);
  await bundleProgram({ name, directory, ...options });
  const file = path.resolve(directory, `${name}.mjs`);
  return { name, file, remove: () => rmSync(path.resolve(directory), { recursive: true, force: true }) };
}

export type WorkerProcess = {
  pid: number;
  /** By what it ended: a signal's name or an exit code. */
  ended: Promise<NodeJS.Signals | number | null>;
  /** What it wrote, both streams. */
  output: () => string;
  /** Ends it politely, as a restart does. */
  stop: () => Promise<void>;
};

/** A worker in a process of its own, on the database and the files of `world`. Dies at the fault points it is given. */
export function startWorker(
  program: Program,
  world: { url: string; ctx: { dataDir: string } },
  failpoints = "",
): WorkerProcess {
  const child = spawn(process.execPath, ["--enable-source-maps", program.file, "worker"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin",
      NODE_ENV: "production",
      DATABASE_URL: world.url,
      CLEARWAY_DATA_DIR: world.ctx.dataDir,
      CLEARWAY_DEMO: "1",
      CLEARWAY_SECRET: env.secret,
      CLEARWAY_LEASE_SECONDS: String(LEASE_SECONDS),
      CLEARWAY_FAILPOINTS: failpoints,
    },
  });
  if (child.pid === undefined) throw new Error("The worker could not be started.");
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
    });
  }
  const ended = endOf(child);
  return {
    pid: child.pid,
    ended,
    output: () => text,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function endOf(child: ChildProcess): Promise<NodeJS.Signals | number | null> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? code));
  });
}
