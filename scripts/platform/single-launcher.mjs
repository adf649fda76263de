import fs from "node:fs";
import path from "node:path";
import { readIfPresent, writeWhole } from "./files.mjs";
import { isRunning, until } from "./processes.mjs";

/**
 * One launcher for a data directory. Returns `{ runningAt }` when another one is up, else
 * `{ announce(url), release(), wasKilled }`; what a killed launcher left is taken over.
 */
export async function becomeTheLauncher(dataDir) {
  const file = path.join(dataDir, "launcher.json");
  const read = () => {
    try {
      return JSON.parse(readIfPresent(file) ?? "null");
    } catch {
      return null;
    }
  };
  const lives = (other) =>
    other !== null && other.pid !== process.pid && isRunning(other.pid, /start\.mjs|demo-reset\.mjs/);

  let other = read();
  const wasKilled = other !== null && !lives(other);
  if (lives(other) && !other.url) {
    // It is still starting, or stopping: either ends soon.
    await until(
      () => {
        other = read();
        return !lives(other) || other.url;
      },
      { timeoutMs: 20_000, everyMs: 100 },
    );
    if (lives(other) && !other.url)
      throw new Error(`Another start (process ${other.pid}) is under way on ${dataDir}.`);
  }
  if (lives(other)) return { runningAt: other.url };

  const write = (url) => writeWhole(file, JSON.stringify({ pid: process.pid, url }), { mode: 0o644 });
  write(null);
  return {
    wasKilled,
    announce: write,
    /** From now on the next start waits for us to be gone instead of sending people here. */
    retire: () => write(null),
    release: () => fs.rmSync(file, { force: true }),
  };
}
