import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

/** The project's root, whatever the working directory. */
export const projectDir = path.resolve(import.meta.dirname, "../..");

/** The text without white space around it, or undefined where there is no such file. */
export function readIfPresent(file) {
  try {
    return fs.readFileSync(file, "utf8").trim();
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** Writes so that a reader sees the old text or the new, never half of it. */
export function writeWhole(file, text, { mode = 0o600, owner } = {}) {
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, text, { mode });
  if (owner) fs.chownSync(draft, owner.uid, owner.gid);
  fs.renameSync(draft, file);
}

/** A random text that is made once and kept, readable by its owner only. */
export function keptSecret(file, options) {
  const kept = readIfPresent(file);
  if (kept) return kept;
  const made = randomBytes(32).toString("hex");
  writeWhole(file, made, options);
  return made;
}

/** True when every folder above may be entered by users who neither own it nor share its group. */
export function isReachableByOthers(location) {
  for (let folder = path.resolve(location); ; folder = path.dirname(folder)) {
    const stat = fs.statSync(folder, { throwIfNoEntry: false });
    if (stat && (stat.mode & 0o001) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}
