import { readdir, readFile, readlink, rm, stat } from "node:fs/promises";
import path from "node:path";
import { assertDirectory } from "@/server/git/profile";

/** Longer than any git of ours may run (http-backend has 15 minutes): nobody's, wherever it was made. */
const NOBODYS_AFTER_MS = 16 * 60_000;
/** Longer than a command on refs may run: nobody's when no git on this machine is at work in the repository. */
const DOUBTFUL_AFTER_MS = 60_000;

/**
 * Removes the lock files that a git left which was killed; with them its refs could never be moved again. Answers with
 * their names. `isOnlyHost`: no other machine works on these files, so looking at the processes here is a proof.
 */
export async function removeStaleLocks(
  directory: string,
  { isOnlyHost, now = Date.now() }: { isOnlyHost: boolean; now?: number },
): Promise<string[]> {
  assertDirectory(directory);
  const removed: string[] = [];
  for (const name of await lockFiles(directory)) {
    const file = path.join(directory, name);
    const age = now - ((await stat(file).catch(() => null))?.mtimeMs ?? now);
    const isNobodys =
      age > NOBODYS_AFTER_MS || (age > DOUBTFUL_AFTER_MS && isOnlyHost && !(await isGitAtWork(directory)));
    if (!isNobodys) continue;
    await rm(file, { force: true });
    removed.push(name);
  }
  return removed;
}

/** No branch can end in `.lock`: git allows no such name. */
async function lockFiles(directory: string): Promise<string[]> {
  const isLock = (name: string) => name.endsWith(".lock");
  const top = (await readdir(directory).catch(() => [])).filter(isLock);
  const refs = await readdir(path.join(directory, "refs"), { recursive: true }).catch(() => []);
  return [...top, ...refs.filter(isLock).map((name) => path.join("refs", name))];
}

/** True also where that cannot be found out. */
async function isGitAtWork(directory: string): Promise<boolean> {
  const pids = await readdir("/proc").catch(() => null);
  if (pids === null) return true;
  for (const pid of pids.filter((name) => /^\d+$/.test(name))) {
    const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
    if (!name.startsWith("git")) continue;
    try {
      const [told, at] = await Promise.all([
        readFile(`/proc/${pid}/cmdline`, "utf8"),
        readlink(`/proc/${pid}/cwd`),
      ]);
      if (told.includes(directory) || `${at}/`.startsWith(`${directory}/`)) return true;
    } catch (error) {
      // It has ended meanwhile; one that cannot be looked at counts.
      if (!(error instanceof Error && "code" in error && ["ENOENT", "ESRCH"].includes(String(error.code))))
        return true;
    }
  }
  return false;
}
