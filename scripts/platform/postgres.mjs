import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { isReachableByOthers, keptSecret, readIfPresent, writeWhole } from "./files.mjs";
import { answers, anyFreePort, isFree } from "./ports.mjs";
import { findBinaries } from "./postgres-binaries.mjs";
import { isAlive, signal, sleep, until } from "./processes.mjs";

const USER = "clearway";
const RESTART_MS = 2_000;
/** Errors that pass: the last server has not quite gone, or its port is taken for a moment. */
const PASSING = /postmaster\.pid|shared memory|starting up|shutting down|Address already in use/;

/**
 * Starts the PostgreSQL of a directory, or takes over the one that a killed launcher left running.
 * The server has a session of its own: ctrl-C in the terminal does not reach it.
 *
 * - `settings`: server settings, e.g. `{ fsync: "off" }` for a database of tests.
 * - `onNote`: told in a sentence about anything out of the ordinary.
 *
 * Returns `{ url, port, directory, reused, stop() }`.
 */
export async function startPostgres({ directory, settings = {}, database = "postgres", onNote = () => {} }) {
  const owner = serverOwner();
  const files = layout(path.resolve(directory));
  prepareDirectory(files.directory, owner);
  const binaries = findBinaries(owner);
  const password = keptSecret(files.password, { owner });
  if (!fs.existsSync(path.join(files.data, "PG_VERSION"))) {
    await initialise({ binaries, files, owner, sync: settings.fsync !== "off" });
  }

  const start = () => serve({ binaries, files, owner, settings });
  let server = await start();
  let stopping = false;
  let restarting;

  const restart = async () => {
    server = undefined;
    onNote("PostgreSQL ended unexpectedly and is started again.");
    while (!stopping && server === undefined) {
      try {
        server = await start();
      } catch (error) {
        onNote(`PostgreSQL does not start again: ${error.message}`);
        await sleep(RESTART_MS);
      }
    }
    restarting = undefined;
  };
  const watch = setInterval(() => {
    if (stopping || restarting || isAlive(server.pid)) return;
    restarting = restart();
  }, 500);
  watch.unref();

  return {
    url: `postgres://${USER}:${password}@127.0.0.1:${server.port}/${database}`,
    port: server.port,
    directory: files.directory,
    reused: server.reused,
    async stop() {
      stopping = true;
      clearInterval(watch);
      // What is just starting would be left running.
      await restarting;
      if (server) await end(server.pid);
    },
  };
}

/** Stops the server of a directory, whoever started it. */
export async function stopPostgres(directory) {
  const running = await runningServer(layout(path.resolve(directory)));
  if (running) await end(running.pid);
}

function layout(directory) {
  return {
    directory,
    data: path.join(directory, "data"),
    password: path.join(directory, "password"),
    port: path.join(directory, "port"),
    log: path.join(directory, "server.log"),
  };
}

/** PostgreSQL refuses to run as root. `nobody` is not for it: pipeline jobs run as that user. */
function serverOwner() {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "daemon", "bin", "mail"]) {
    try {
      const id = (flag) => Number(execFileSync("id", [flag, name], { stdio: ["ignore", "pipe", "ignore"] }));
      const owner = { uid: id("-u"), gid: id("-g") };
      if (owner.uid !== 0) return owner;
    } catch {
      // No such user: try the next.
    }
  }
  throw new Error(
    "As root, Clearway needs a user `postgres` or `daemon` to run PostgreSQL as. Create one, or set DATABASE_URL.",
  );
}

function prepareDirectory(directory, owner) {
  fs.mkdirSync(directory, { recursive: true, mode: 0o711 });
  if (!owner) return;
  if (!isReachableByOthers(path.dirname(directory))) {
    throw new Error(
      `PostgreSQL cannot run as root, and its own user cannot enter ${path.dirname(directory)}. ` +
        "Set CLEARWAY_DATA_DIR to a directory that others may enter.",
    );
  }
  fs.chownSync(directory, owner.uid, owner.gid);
}

async function initialise({ binaries, files, owner, sync }) {
  // What an interrupted first start left behind is not a database yet.
  fs.rmSync(files.data, { recursive: true, force: true });
  const draft = `${files.data}.new`;
  fs.rmSync(draft, { recursive: true, force: true });
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const access = [`--username=${USER}`, "--auth=scram-sha-256", `--pwfile=${files.password}`];
  const child = spawn(
    binaries.initdb,
    [`--pgdata=${draft}`, ...access, ...locale, "--no-instructions", ...(sync ? [] : ["--no-sync"])],
    { ...options(owner), stdio: ["ignore", "ignore", "pipe"] },
  );
  let complaint = "";
  child.stderr.on("data", (chunk) => {
    complaint = (complaint + chunk).slice(-4000);
  });
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`initdb failed: ${complaint.trim()}`);
  fs.renameSync(draft, files.data);
}

async function serve({ binaries, files, owner, settings }) {
  for (let attempt = 0; attempt < 80; attempt += 1) {
    const running = await runningServer(files);
    if (running) return { ...running, reused: true };
    const port = await keptPort(files, owner, attempt < 20);
    const started = await launch({ binaries, files, owner, settings, port });
    if (started.pid) return { pid: started.pid, port, reused: false };
    if (!PASSING.test(started.log)) throw new Error(`PostgreSQL does not start: ${started.log.trim()}`);
    await sleep(100);
  }
  throw new Error(`PostgreSQL did not start in ${files.directory}; its last words are in ${files.log}.`);
}

/** The server that postmaster.pid names, when it is ready and answers. */
async function runningServer(files) {
  const lines = readIfPresent(path.join(files.data, "postmaster.pid"))?.split("\n");
  if (!lines) return undefined;
  const [pid, port, status] = [Number(lines[0]), Number(lines[3]), lines[7]?.trim()];
  if (!pid || !port || status !== "ready" || !isAlive(pid)) return undefined;
  return (await answers(port)) ? { pid, port } : undefined;
}

/** Chosen once, so that a URL noted down keeps its worth; another only when a stranger sits on it. */
async function keptPort(files, owner, patient) {
  const kept = Number(readIfPresent(files.port));
  if (kept && (patient || (await isFree(kept)))) return kept;
  const port = await anyFreePort();
  writeWhole(files.port, String(port), { owner });
  return port;
}

async function launch({ binaries, files, owner, settings, port }) {
  const all = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    port,
    timezone: "UTC",
    log_timezone: "UTC",
    jit: "off",
    ...settings,
  };
  const args = ["-D", files.data];
  for (const [name, value] of Object.entries(all)) args.push("-c", `${name}=${value}`);
  // A file, not a pipe: the server outlives a launcher that is killed.
  const log = fs.openSync(files.log, "w", 0o600);
  const child = spawn(binaries.postgres, args, {
    ...options(owner),
    detached: true,
    stdio: ["ignore", log, log],
  });
  fs.closeSync(log);
  let ended = false;
  child.once("error", () => {
    ended = true;
  });
  child.once("exit", () => {
    ended = true;
  });
  child.unref();
  const pidFile = path.join(files.data, "postmaster.pid");
  const ready = await until(
    () => {
      if (ended) return true;
      const lines = readIfPresent(pidFile)?.split("\n");
      return Number(lines?.[0]) === child.pid && lines?.[7]?.trim() === "ready";
    },
    { timeoutMs: 60_000, everyMs: 5 },
  );
  if (ready && !ended) return { pid: child.pid, log: "" };
  return { pid: undefined, log: readIfPresent(files.log) ?? "" };
}

function options(owner) {
  const env = { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };
  if (process.env.SystemRoot) env.SystemRoot = process.env.SystemRoot;
  return { ...owner, cwd: "/", env };
}

/** Fast shutdown: sessions are ended, everything acknowledged is on disk. */
async function end(pid) {
  signal(pid, "SIGINT");
  if (await until(() => !isAlive(pid), { timeoutMs: 10_000, everyMs: 10 })) return;
  signal(pid, "SIGQUIT");
  await until(() => !isAlive(pid), { timeoutMs: 5_000, everyMs: 10 });
}
