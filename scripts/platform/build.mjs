import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { projectDir } from "./files.mjs";
import { bin, run } from "./run.mjs";
import { stampOf } from "./stamp.mjs";

const CONFIGURATION = [
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "next.config.mjs",
  "postcss.config.mjs",
];
const PAGES = ["app", "components", "domain", "db", "server", "public", ...CONFIGURATION];
const PROGRAM = ["domain", "db", "server", ...CONFIGURATION];

const SMALLEST_COMPRESSED = 1024;
const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);

const pagesStamp = stampOf(path.join(projectDir, ".next/clearway-stamp.json"), PAGES);
const programStamp = (name) => stampOf(path.join(projectDir, `dist/${name}.stamp.json`), PROGRAM);

/** Builds what is stale: Next's pages, and the program of all roles, `dist/server.mjs`. */
export async function buildIfStale({ onProgress = () => {}, pages = true, faults = false } = {}) {
  if (!programStamp("server").isFresh()) {
    onProgress("Building the server…");
    await buildProgram();
  }
  if (faults && !programStamp("server-faults").isFresh()) await buildProgram({ faults: true });
  if (pages && !pagesStamp.isFresh()) {
    onProgress("Building the pages (about half a minute the first time)…");
    await buildPages();
  }
}

export async function buildPages() {
  const done = pagesStamp.take();
  pagesStamp.forget();
  // The pages are built without regard to the installation they will serve.
  const env = { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", DATABASE_URL: "", CLEARWAY_DEMO: "1" };
  await run(bin("next"), ["build"], { env: { ...env, CLEARWAY_OIDC_ISSUER: "" }, quiet: true });
  await compressAssets(path.join(projectDir, ".next/static"));
  done();
}

/** Scripts and styles compressed once, as small as can be, beside the file: the web role sends them as they are. */
async function compressAssets(directory) {
  const names = fs
    .readdirSync(directory, { recursive: true })
    .filter((name) => /\.(css|js|svg|json)$/.test(name));
  for (const name of names) {
    const file = path.join(directory, name);
    const text = fs.readFileSync(file);
    if (text.length < SMALLEST_COMPRESSED) continue;
    const [smaller, usual] = await Promise.all([brotli(text), gzip(text, { level: 9 })]);
    fs.writeFileSync(`${file}.br`, smaller);
    fs.writeFileSync(`${file}.gz`, usual);
  }
}

/** `faults`: the build that fault tests run, `dist/server-faults.mjs`, has the fault points in it. */
export async function buildProgram({ faults = false } = {}) {
  const name = faults ? "server-faults" : "server";
  const stamp = programStamp(name);
  const done = stamp.take();
  stamp.forget();
  fs.rmSync(path.join(projectDir, "dist", name), { recursive: true, force: true });
  await bundleProgram({ name, faults });
  done();
}

/** The bundle alone: `<directory>/<name>.mjs` with its parts in `<directory>/<name>/`, below the project. */
export async function bundleProgram({ name, faults, directory = "dist", entry = "server/main.ts" }) {
  const { build } = await import("esbuild");
  await build({
    absWorkingDir: projectDir,
    // What parses foreign documents runs in a thread of its own, from a file of its own beside the program.
    entryPoints: { [name]: entry, [`${name}-jail`]: "server/jail/worker.ts" },
    outdir: directory,
    outExtension: { ".js": ".mjs" },
    chunkNames: `${name}/[name]-[hash]`,
    bundle: true,
    // A role loads its own part only: the slot host knows nothing of Next.
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    sourcemap: true,
    // Takes out what can never run: in a release the fault points, calls and all.
    minifySyntax: true,
    define: { __FAILPOINTS__: String(faults) },
    logLevel: "warning",
  });
}
