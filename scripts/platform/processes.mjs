import fs from "node:fs";

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
  return !isZombie(pid);
}

/** Ended, but its parent has not taken notice yet: in containers that can take seconds. */
function isZombie(pid) {
  if (process.platform !== "linux") return false;
  try {
    return /\) Z /.test(fs.readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** The parent's id, where the system tells it cheaply. */
export function parentOf(pid) {
  if (process.platform !== "linux") return undefined;
  try {
    return Number(/\) \S (\d+) /.exec(fs.readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1]);
  } catch {
    return undefined;
  }
}

/** True when the process lives and, where the system tells, its command line matches. */
export function isRunning(pid, commandLine) {
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return false;
  if (process.platform !== "linux") return true;
  try {
    return commandLine.test(fs.readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  } catch {
    return false;
  }
}

/** Waits until `done()` is true; false when it was not in time. */
export async function until(done, { timeoutMs, everyMs = 20 }) {
  const end = performance.now() + timeoutMs;
  for (;;) {
    if (await done()) return true;
    if (performance.now() > end) return false;
    await sleep(everyMs);
  }
}

export function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}
