import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { anyFreePort } from "../scripts/platform/ports.mjs";
import { startPostgres, stopPostgres } from "../scripts/platform/postgres.mjs";
import { alternate, figureOf, giveUp, report, samplesAsked, until } from "./measure";

const READY = /Clearway is ready at (\S+)/;

/**
 * start.warm: `npm start` where everything is built and prepared, to its ready line, against `next start` of the same
 * build through npm to its first answer, plus the start of the same PostgreSQL.
 */
async function main(): Promise<void> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "clearway-bench-"));
  fs.chmodSync(dataDir, 0o711);
  const port = await anyFreePort();
  const env = {
    ...process.env,
    CLEARWAY_DATA_DIR: dataDir,
    PORT: String(port),
    DATABASE_URL: "",
    CLEARWAY_DEMO: "1",
    NEXT_TELEMETRY_DISABLED: "1",
  };
  try {
    process.stderr.write("Preparing an installation…\n");
    await ours(env, dataDir);
    const rounds = await alternate(
      samplesAsked(),
      () => reference(env, path.join(dataDir, "postgres"), port),
      () => ours(env, dataDir),
    );
    report(figureOf("start.warm", 2.2, rounds), rounds);
  } finally {
    await stopPostgres(path.join(dataDir, "postgres"));
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}

type Env = NodeJS.ProcessEnv;

async function ours(env: Env, dataDir: string): Promise<number> {
  const began = performance.now();
  const child = start(["start"], env);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      text += chunk;
    });
  }
  try {
    await until("The ready line", async () => READY.test(text) || failed(child, text), 180_000);
    return performance.now() - began;
  } finally {
    await interrupt(child);
    const isGone = async () => !fs.existsSync(path.join(dataDir, "launcher.json"));
    await until("The end of Clearway", isGone);
  }
}

async function reference(env: Env, directory: string, port: number): Promise<number> {
  const began = performance.now();
  const postgres = await startPostgres({ directory });
  const started = performance.now() - began;
  const again = performance.now();
  const next = start(["exec", "--", "next", "start", "--port", String(port)], {
    ...env,
    NODE_ENV: "production",
    DATABASE_URL: postgres.url,
  });
  next.stdout?.resume();
  next.stderr?.resume();
  try {
    await until("The start of next", () => answers(port), 60_000);
    return started + performance.now() - again;
  } finally {
    await interrupt(next);
    await postgres.stop();
    await until("The end of next", async () => !(await answers(port)));
  }
}

/** In a process group of its own: a terminal's ctrl-C reaches npm and what npm has started. */
function start(args: string[], env: Env): ChildProcess {
  return spawn("npm", args, { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
}

async function interrupt(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const ended = once(child, "exit");
  process.kill(-child.pid, "SIGINT");
  await ended;
}

async function failed(child: ChildProcess, text: string): Promise<boolean> {
  if (child.exitCode === null) return false;
  throw new Error(`npm start ended with ${child.exitCode}: ${text}`);
}

/** Any answer counts: the file is one that next serves without a database. */
function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/icon.svg`).then(
    async (answer) => {
      await answer.arrayBuffer();
      return true;
    },
    () => false,
  );
}

await main().catch(giveUp);
