import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { projectDir, readIfPresent, writeWhole } from "./files.mjs";

const SKIPPED = /(^|\/)(node_modules|\.[^/]+)$|\.test\.tsx?$/;

/** Every file below, in a fixed order; tests and hidden folders left out. Paths are relative to the project. */
function listFiles(entries) {
  const found = [];
  const visit = (relative) => {
    if (SKIPPED.test(relative)) return;
    const stat = fs.statSync(path.join(projectDir, relative), { throwIfNoEntry: false });
    if (!stat) return;
    if (!stat.isDirectory()) found.push({ relative, stat });
    else
      for (const name of fs.readdirSync(path.join(projectDir, relative)).sort()) visit(`${relative}/${name}`);
  };
  for (const entry of entries) visit(entry);
  return found;
}

const sha256 = () => createHash("sha256");

/** Cheap: names, sizes and times. Equal means unchanged; different means "look closer". */
function outline(files) {
  const hash = sha256();
  for (const { relative, stat } of files) hash.update(`${relative}\0${stat.size}\0${stat.mtimeMs}\n`);
  return hash.digest("hex");
}

function content(files) {
  const hash = sha256();
  for (const { relative, stat } of files) {
    hash.update(`${relative}\0${stat.size}\0`).update(fs.readFileSync(path.join(projectDir, relative)));
  }
  return hash.digest("hex");
}

/**
 * Remembers in `file` the state of `entries` (files and folders of the project) at which something was made.
 * `isFresh()` reads contents only when times or sizes moved, as after a checkout.
 */
export function stampOf(file, entries) {
  const write = (state) => {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    writeWhole(file, JSON.stringify(state), { mode: 0o644 });
  };
  return {
    isFresh() {
      const known = parse(readIfPresent(file));
      if (!known) return false;
      const files = listFiles(entries);
      const now = outline(files);
      if (now === known.outline) return true;
      if (content(files) !== known.content) return false;
      write({ outline: now, content: known.content });
      return true;
    },
    /** Taken before the work begins, so that an edit made meanwhile counts as a change. */
    take() {
      const files = listFiles(entries);
      const state = { outline: outline(files), content: content(files) };
      return () => write(state);
    },
    forget() {
      fs.rmSync(file, { force: true });
    },
  };
}

function parse(text) {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
