import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

export type SmallDisk = {
  /** There is room again. */
  grow: () => void;
  remove: () => void;
};

/** Directories below which the mocked `node:fs/promises` of a test says ENOSPC, where nothing can be mounted. */
const full = new Set<string>();

export function failWhenFull(target: unknown): void {
  const file = String(target);
  if (![...full].some((directory) => file.startsWith(`${directory}${path.sep}`))) return;
  throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
}

/**
 * Makes a directory a disk of its own of so many kB, with what is in it. Mounting needs root: without it every write that
 * this process makes below it fails, and other programs may not write there.
 */
export function makeSmallDisk(directory: string, kiloBytes: number): SmallDisk {
  fs.mkdirSync(directory, { recursive: true });
  const { mode, uid, gid } = fs.statSync(directory);
  const aside = fs.mkdtempSync(path.join(os.tmpdir(), "clearway-aside-"));
  execFileSync("cp", ["-a", `${directory}/.`, aside]);
  const options = `size=${kiloBytes}k,mode=${(mode & 0o7777).toString(8)},uid=${uid},gid=${gid}`;
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", directory], { stdio: "ignore" });
  } catch {
    fs.rmSync(aside, { recursive: true });
    return refuseWrites(directory);
  }
  execFileSync("cp", ["-a", `${aside}/.`, directory]);
  fs.rmSync(aside, { recursive: true });
  return {
    grow: () => void execFileSync("mount", ["-o", "remount,size=64m", directory]),
    // What runs below it may take a moment to end.
    remove: () => void execFileSync("umount", ["--lazy", directory]),
  };
}

function refuseWrites(directory: string): SmallDisk {
  full.add(directory);
  const subdirectories = fs
    .readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const all = [directory, ...subdirectories];
  for (const one of all) fs.chmodSync(one, 0o555);
  const grow = () => {
    full.delete(directory);
    for (const one of all) if (fs.existsSync(one)) fs.chmodSync(one, 0o755);
  };
  return { grow, remove: grow };
}
