// npm start: from a fresh clone to a running Clearway. Flags: --dev, --no-install, --no-build.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { keepRunning, runToEnd } from "./platform/children.mjs";
import { projectDir, readIfPresent, writeWhole } from "./platform/files.mjs";
import { installIfNeeded } from "./platform/install.mjs";
import { anyFreePort, isFree, nextFreePort } from "./platform/ports.mjs";
import { parentOf, sleep, until } from "./platform/processes.mjs";
import { requireGit, requireNode } from "./platform/requirements.mjs";
import { prepareInstallation, readSettings } from "./platform/settings.mjs";
import { becomeTheLauncher } from "./platform/single-launcher.mjs";
import { stampOf } from "./platform/stamp.mjs";

const flags = new Set(process.argv.slice(2));
const dev = flags.has("--dev");
const say = (line) => console.log(line);

/** What to undo, last first. */
const running = [];
let transient;
let leaving;

function leave(code, reason) {
  if (leaving) return leaving;
  if (reason) console.error(reason);
  leaving = (async () => {
    transient?.kill("SIGTERM");
    for (const undo of running.reverse()) await undo().catch((error) => console.error(error.message));
    process.exit(code);
  })();
  return leaving;
}

function watchForTheEnd() {
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => void leave(0));
  // npm killed outright tells nobody. Its child must not live on and hold the port.
  if (!process.env.npm_lifecycle_event || process.platform === "win32") return;
  // Between npm and us there may be a shell.
  const ancestors = () => `${process.ppid} ${parentOf(process.ppid)}`;
  const born = ancestors();
  setInterval(() => ancestors() !== born && void leave(0), 500).unref();
}

async function build() {
  if (flags.has("--no-build")) {
    const missing = ["dist/server.mjs", ".next/BUILD_ID"].find(
      (f) => !fs.existsSync(path.join(projectDir, f)),
    );
    if (missing)
      throw new Error(`There is no build (${missing} is missing). Run npm run build, or npm start.`);
    return;
  }
  const { buildIfStale } = await import("./platform/build.mjs");
  await buildIfStale({ onProgress: say, pages: !dev });
}

async function database(settings) {
  if (settings.databaseUrl) return { url: settings.databaseUrl, directory: undefined };
  const { startPostgres } = await import("./platform/postgres.mjs");
  const directory = path.join(settings.dataDir, "postgres");
  if (!fs.existsSync(path.join(directory, "data"))) say("Making a database…");
  const postgres = await startPostgres({ directory, onNote: say });
  running.push(() => postgres.stop());
  return postgres;
}

/** Migrates, and fills the demonstration. With our own database, stamps beside it say what is done. */
async function bringUpToDate({ directory }, settings, env) {
  const onChild = (child) => {
    transient = child;
  };
  const schema =
    directory && stampOf(path.join(directory, "schema.stamp"), ["db/migrations", "package-lock.json"]);
  if (!schema?.isFresh()) {
    const done = schema?.take();
    await runToEnd("migrate", env, { onChild });
    done?.();
  }
  if (settings.demonstration) {
    const stamp = directory && path.join(directory, "demonstration.stamp");
    if (!stamp || !fs.existsSync(stamp)) {
      await runToEnd("prepare-demonstration", env, { onChild });
      if (stamp) writeWhole(stamp, new Date().toISOString());
    }
  }
  transient = undefined;
}

async function webPort({ port, host }, wasKilled) {
  // The web of a killed launcher lets go of its port within a moment.
  if (wasKilled) await until(() => isFree(port, host), { timeoutMs: 3000 });
  const free = await nextFreePort(port, host);
  if (free !== port) say(`Port ${port} is taken; using ${free}.`);
  return free;
}

/** Chosen once: links to what runs in the slots keep working. */
async function slotHostUrl(dataDir) {
  if (process.env.CLEARWAY_SLOT_HOST_URL) return process.env.CLEARWAY_SLOT_HOST_URL;
  const file = path.join(dataDir, "slot-host-port");
  const kept = Number(readIfPresent(file));
  const port = kept && (await isFree(kept)) ? kept : await anyFreePort();
  if (port !== kept) writeWhole(file, String(port));
  return `http://127.0.0.1:${port}`;
}

function isHealthy(port, host) {
  return new Promise((resolve) => {
    const req = http.get({ host, port, path: "/api/health", agent: false, timeout: 3000 }, (res) => {
      res.resume();
      resolve(res.statusCode === 200);
    });
    req.once("error", () => resolve(false)).once("timeout", () => req.destroy());
  });
}

async function main() {
  requireNode();
  requireGit();
  watchForTheEnd();
  if (!flags.has("--no-install")) await installIfNeeded({ onProgress: say });
  await build();

  const settings = readSettings();
  const shared = prepareInstallation(settings);
  const launcher = await becomeTheLauncher(settings.dataDir);
  if (launcher.runningAt) {
    say(`Clearway is already running at ${launcher.runningAt}`);
    return process.exit(0);
  }
  running.push(async () => launcher.release());

  const db = await database(settings);
  const port = await webPort(settings, launcher.wasKilled);
  const env = {
    ...shared,
    NODE_ENV: dev ? "development" : "production",
    DATABASE_URL: db.url,
    NEXT_TELEMETRY_DISABLED: "1",
    PORT: String(port),
    CLEARWAY_SLOT_HOST_URL: await slotHostUrl(settings.dataDir),
  };
  await bringUpToDate(db, settings, env);

  const roles = settings.demonstration ? ["slot-host", "worker", "web"] : ["worker", "web"];
  for (const role of roles) {
    if (leaving) return;
    const child = keepRunning(role, env, { onNote: say, onGiveUp: (reason) => void leave(1, reason) });
    running.push(() => child.stop());
  }
  while (!leaving && !(await isHealthy(port, settings.host))) await sleep(15);
  if (leaving) return;
  const url = `http://127.0.0.1:${port}`;
  launcher.announce(url);
  running.push(async () => launcher.retire());
  say(`Clearway is ready at ${url}`);
}

main().catch((error) => leave(1, error.message));
