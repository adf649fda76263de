import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, readlink, realpath, stat } from "node:fs/promises";
import path from "node:path";

/** Why a path is not a file of the job's own. */
export type Outside = "missing" | "link" | "outside" | "foreign" | "unreadable" | "irregular";

export type Opened =
  | { readonly ok: true; readonly handle: FileHandle; readonly size: number; readonly mode: number }
  | { readonly ok: false; readonly why: Outside };

/**
 * Opens a regular file inside a directory that a job wrote. Links are not followed, and what was opened is looked at
 * again, so that a folder swapped for a link between two looks leads nowhere either.
 */
export async function openInside(directory: string, relative: string): Promise<Opened> {
  const root = await realpath(directory);
  const named = path.join(root, relative);
  const facts = await lstat(named).catch(() => null);
  if (facts === null) return { ok: false, why: "missing" };
  if (facts.isSymbolicLink()) return { ok: false, why: "link" };
  const real = await realpath(named).catch(() => named);
  if (!real.startsWith(root + path.sep)) return { ok: false, why: "outside" };
  return openRegular(real, root);
}

/** Opens a regular file itself, never what it links to; with `root` only where it lies inside. */
export async function openRegular(file: string, root?: string): Promise<Opened> {
  // O_NONBLOCK: opening a named pipe must not wait for its other end.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(file, flags).catch(() => null);
  if (handle === null) return { ok: false, why: "unreadable" };
  const facts = await handle.stat();
  const why = facts.isFile() ? root && (await whyNotOwn(handle, facts, root)) : "irregular";
  if (!why) return { ok: true, handle, size: facts.size, mode: facts.mode };
  await handle.close();
  return { ok: false, why };
}

/** Of what is open itself: a name could stand for something else between a look and the opening. */
async function whyNotOwn(handle: FileHandle, facts: Stats, root: string): Promise<Outside | null> {
  if (!(await isWithin(handle, root))) return "outside";
  // A hard link made in the work directory to somebody else's file is still that other person's file.
  return facts.nlink > 1 && facts.uid !== (await stat(root)).uid ? "foreign" : null;
}

/** Where the system does not tell the path of what is open, the looks before must do. */
async function isWithin(handle: FileHandle, root: string): Promise<boolean> {
  const real = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => null);
  return real === null || real.startsWith(root + path.sep);
}
