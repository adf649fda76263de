import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { projectDir, readIfPresent, writeWhole } from "./files.mjs";
import { run } from "./run.mjs";

const lock = path.join(projectDir, "package-lock.json");
const stamp = path.join(projectDir, "node_modules/.clearway-install");
/** npm writes it at the end of an installation. */
const npmsOwn = path.join(projectDir, "node_modules/.package-lock.json");

/** Installs the packages when they are missing or the lock file has changed since. */
export async function installIfNeeded({ onProgress = () => {} } = {}) {
  const wanted = createHash("sha256").update(fs.readFileSync(lock)).digest("hex");
  if (readIfPresent(stamp) === wanted) return;
  const installed = fs.statSync(npmsOwn, { throwIfNoEntry: false });
  // Somebody ran npm by hand after the lock file was last written.
  if (!installed || installed.mtimeMs < fs.statSync(lock).mtimeMs) {
    onProgress("Installing packages (npm ci)…");
    const env = { NODE_ENV: "development", npm_config_loglevel: "error" };
    await run("npm", ["ci", "--include=dev", "--no-audit", "--no-fund"], { env, quiet: true });
  }
  writeWhole(stamp, wanted, { mode: 0o644 });
}
