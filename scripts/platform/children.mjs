import { spawn } from "node:child_process";
import path from "node:path";
import { projectDir } from "./files.mjs";
import { sleep } from "./processes.mjs";

const STOP_MS = 9000;
/** A role that dies this soon, this often in a row, will not live. */
const QUICK_MS = 5000;
const QUICK_DEATHS = 5;

/** `CLEARWAY_PROGRAM=server-faults` runs the build that has the fault points in it. */
const program = path.join(projectDir, "dist", `${process.env.CLEARWAY_PROGRAM || "server"}.mjs`);

/**
 * One role of the program. Our end of its stdin is the leash: when we die, it reads the end and goes.
 * It has a process group of its own, so that ctrl-C in the terminal reaches us only and we stop things in order.
 */
function spawnRole(role, env) {
  return spawn(process.execPath, ["--enable-source-maps", program, role, "--with-launcher"], {
    cwd: projectDir,
    env: { ...process.env, ...env },
    stdio: ["pipe", "inherit", "inherit"],
    detached: process.platform !== "win32",
  });
}

const ended = (child) =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once("close", resolve).once("error", resolve);
  });

/** Runs a role that ends by itself, such as `migrate`; rejects when it fails. */
export async function runToEnd(role, env, { onChild = () => {} } = {}) {
  const child = spawnRole(role, env);
  onChild(child);
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signal) => resolve(status ?? signal));
  });
  if (code !== 0) throw new Error(`"${role}" ended with ${code}; its reason stands above.`);
}

/** Keeps a role running until it is stopped. `onGiveUp` is told when it does not stay alive. */
export function keepRunning(role, env, { onNote, onGiveUp }) {
  let child;
  let stopping = false;
  let quickDeaths = 0;

  const start = () => {
    const since = Date.now();
    child = spawnRole(role, env);
    child.stdin.on("error", () => {});
    child.once("close", async (code, signal) => {
      if (stopping) return;
      quickDeaths = Date.now() - since < QUICK_MS ? quickDeaths + 1 : 0;
      if (quickDeaths >= QUICK_DEATHS)
        return onGiveUp(`The ${role} does not stay alive (${signal ?? code}).`);
      onNote(`The ${role} ended unexpectedly (${signal ?? code}) and is started again.`);
      await sleep(quickDeaths * 300);
      if (!stopping) start();
    });
  };
  start();

  return {
    role,
    async stop() {
      stopping = true;
      const running = child;
      // Letting go of the leash says that everything stops, not only this process.
      running.stdin.end();
      const timer = setTimeout(() => running.kill("SIGKILL"), STOP_MS);
      await ended(running);
      clearTimeout(timer);
    },
    kill() {
      stopping = true;
      child.kill("SIGKILL");
    },
  };
}
