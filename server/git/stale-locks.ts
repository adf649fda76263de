import { readdir, readFile, readlink, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { assertDirectory } from "@/server/git/profile";

/** Longer than any git of ours may run (http-backend has 15 minutes): nobody's, wherever it was made. */
const NOBODYS_AFTER_MS = 16 * 60_000;
/** Longer than a command on refs may run: nobody's when no git on this machine could be holding it. */
const DOUBTFUL_AFTER_MS = 60_000;
/** Gits come and go all the time; only one that was there when the lock was seen, and stays, can be holding it. */
const LOOKS = 20;
const LOOK_EVERY_MS = 100;

/**
 * Removes the lock files that a git left which was killed; with them its refs could never be moved again. Answers with
 * their names. `isOnlyHost`: no other machine works on these files, so looking at the processes here is a proof.
 */
export async function removeStaleLocks(
  directory: string,
  { isOnlyHost, now = Date.now() }: { isOnlyHost: boolean; now?: number },
): Promise<string[]> {
  assertDirectory(directory);
  const [sure, doubtful]: [Lock[], Lock[]] = [[], []];
  for (const name of await lockFiles(directory)) {
    const lock = await lookAt(directory, name);
    const age = now - (lock?.madeAt ?? now);
    if (lock && age > NOBODYS_AFTER_MS) sure.push(lock);
    else if (lock && age > DOUBTFUL_AFTER_MS && isOnlyHost) doubtful.push(lock);
  }
  const left = doubtful.length > 0 && (await everyGitEnds(directory)) ? [...sure, ...doubtful] : sure;
  const removed: string[] = [];
  for (const lock of left) {
    const same = await lookAt(directory, lock.name);
    if (same?.inode !== lock.inode || same.madeAt !== lock.madeAt) continue;
    await rm(path.join(directory, lock.name), { force: true });
    removed.push(lock.name);
  }
  return removed;
}

type Lock = { readonly name: string; readonly inode: number; readonly madeAt: number };

async function lookAt(directory: string, name: string): Promise<Lock | null> {
  const file = await stat(path.join(directory, name)).catch(() => null);
  return file && { name, inode: file.ino, madeAt: file.mtimeMs };
}

/** No branch can end in `.lock`: git allows no such name. */
async function lockFiles(directory: string): Promise<string[]> {
  const isLock = (name: string) => name.endsWith(".lock");
  const top = (await readdir(directory).catch(() => [])).filter(isLock);
  const refs = await readdir(path.join(directory, "refs"), { recursive: true }).catch(() => []);
  return [...top, ...refs.filter(isLock).map((name) => path.join("refs", name))];
}

/** Whether each git that is at work in the repository now ends while it is looked at; those that begin later do not count. */
async function everyGitEnds(directory: string): Promise<boolean> {
  let there = await gitsAtWork(directory);
  for (let look = 1; there !== null && there.length > 0 && look < LOOKS; look++) {
    await sleep(LOOK_EVERY_MS);
    const now = await gitsAtWork(directory);
    there = now && there.filter((pid) => now.includes(pid));
  }
  return there?.length === 0;
}

/** Process ids; also of a git that cannot be looked at. Null where that cannot be found out. */
async function gitsAtWork(directory: string): Promise<string[] | null> {
  const pids = await readdir("/proc").catch(() => null);
  if (pids === null) return null;
  const found: string[] = [];
  for (const pid of pids.filter((name) => /^\d+$/.test(name))) {
    const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
    if (name.startsWith("git") && (await mayWorkIn(directory, pid))) found.push(pid);
  }
  return found;
}

async function mayWorkIn(directory: string, pid: string): Promise<boolean> {
  try {
    const [told, at] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, "utf8"),
      readlink(`/proc/${pid}/cwd`),
    ]);
    return told.includes(directory) || `${at}/`.startsWith(`${directory}/`);
  } catch (error) {
    const hasEnded =
      error instanceof Error && "code" in error && ["ENOENT", "ESRCH"].includes(String(error.code));
    return !hasEnded;
  }
}
