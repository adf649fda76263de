import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { freePorts } from "./support/ports";
import { type Role, startRole } from "./support/roles";

// A real installation on the embedded database: nothing to prepare, so that starting is all there is.
let port = 0;
let directory: string;
const launchers: ChildProcess[] = [];

test.beforeAll(async () => {
  [port = 0] = await freePorts(1);
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "clearway-start-"));
  fs.chmodSync(directory, 0o711);
});
test.afterAll(async () => {
  for (const launcher of launchers) if (launcher.exitCode === null) launcher.kill("SIGTERM");
  await expect.poll(() => processesOf(directory), { timeout: 20_000 }).toEqual([]);
  fs.rmSync(directory, { recursive: true, force: true });
});

/** Starts and reads until the line with the URL. */
async function start(): Promise<{
  launcher: ChildProcess;
  ended: Promise<unknown>;
  url: string;
  output: () => string;
}> {
  const launcher = spawn(process.execPath, ["scripts/start.mjs", "--no-install", "--no-build"], {
    env: {
      ...process.env,
      CLEARWAY_DATA_DIR: directory,
      CLEARWAY_DEMO: "0",
      DATABASE_URL: "",
      PORT: String(port),
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  launchers.push(launcher);
  const ended = exitOf(launcher);
  let said = "";
  for (const stream of [launcher.stdout, launcher.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      said += chunk;
    });
  }
  await expect.poll(() => said, { timeout: 60_000, intervals: [20] }).toMatch(/http:\/\/127\.0\.0\.1:\d+/);
  return { launcher, ended, url: /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? "", output: () => said };
}

/** What runs for this data directory: its PostgreSQL, and the roles, which carry the directory in their environment. */
function processesOf(place: string): string[] {
  const options =
    process.platform === "linux" ? ["-eo", "pid,args", "e", "-ww"] : ["-Ao", "pid,args", "-Eww"];
  return execFileSync("ps", options, { encoding: "utf8", maxBuffer: 32 * 1024 * 1024 })
    .split("\n")
    .filter((line) => line.includes(`${place}/postgres/data`) || line.includes(`CLEARWAY_DATA_DIR=${place}`));
}

const health = async (url: string) => (await fetch(`${url}/api/health`)).status;
const exitOf = (child: ChildProcess) => new Promise((resolve) => child.once("exit", resolve));

test("a second start points to the running one, and ctrl-C leaves nothing behind", async () => {
  test.setTimeout(180_000);
  const { launcher, ended, url } = await start();
  await expect.poll(() => health(url)).toBe(200);
  const second = await start();
  expect(second.output()).toContain(`already running at ${url}`);
  // It has the directory in its environment as well, for as long as it is there.
  expect(await second.ended).toBe(0);

  // As a terminal does: to the whole foreground group.
  process.kill(-Number(launcher.pid), "SIGINT");
  expect(await ended).toBe(0);
  expect(processesOf(directory)).toEqual([]);
});

test("after kill -9 the next start works, under the same URL, on the same data", async () => {
  test.setTimeout(180_000);
  const first = await start();
  process.kill(Number(first.launcher.pid), "SIGKILL");
  await first.ended;
  const again = await start();
  expect(again.url).toBe(first.url);
  expect(again.output()).toContain("Clearway is ready at");
  await expect.poll(() => health(again.url)).toBe(200);
  again.launcher.kill("SIGTERM");
  expect(await again.ended).toBe(0);
  expect(processesOf(directory)).toEqual([]);
});

test("PostgreSQL is brought back when it dies, and the page with it", async () => {
  test.setTimeout(180_000);
  const { launcher, ended, url } = await start();
  const file = path.join(directory, "postgres/data/postmaster.pid");
  const killed = Number(fs.readFileSync(file, "utf8").split("\n")[0]);
  process.kill(killed, "SIGKILL");
  // Between the two there is no file for a moment, or one without a line.
  const another = () => {
    const pid = fs.existsSync(file) ? Number(fs.readFileSync(file, "utf8").split("\n")[0]) : 0;
    return pid > 0 && pid !== killed;
  };
  await expect(() => expect(another()).toBe(true)).toPass({ timeout: 45_000 });
  await expect.poll(() => health(url), { timeout: 45_000 }).toBe(200);
  launcher.kill("SIGTERM");
  await ended;
});

test("a web that was held still while it reached for its database waits for it", async () => {
  const [webPort = 0, databasePort = 0] = await freePorts(2);
  const callers: net.Socket[] = [];
  let web: Role | undefined;
  const held = new Promise<void>((resolve) => {
    const silent = net.createServer((caller) => {
      callers.push(caller.on("error", () => undefined));
      if (callers.length > 1 || !web) return;
      // Longer than any connection is waited for: all of them end at once, and nothing else is under way.
      process.kill(web.pid, "SIGSTOP");
      setTimeout(() => {
        process.kill(Number(web?.pid), "SIGCONT");
        resolve();
      }, 5_000);
    });
    silent.listen(databasePort, "127.0.0.1").unref();
  });
  web = startRole("web", {
    DATABASE_URL: `postgres://nobody:nothing@127.0.0.1:${databasePort}/nothing`,
    CLEARWAY_DATA_DIR: directory,
    CLEARWAY_DEMO: "0",
    CLEARWAY_SECRET: "only for this test, but long enough for it",
    CLEARWAY_PUBLIC_URL: `http://127.0.0.1:${webPort}`,
    PORT: String(webPort),
  });
  try {
    await held;
    const asked = () => health(`http://127.0.0.1:${webPort}`).catch(() => web?.output());
    await expect.poll(asked, { timeout: 20_000 }).toBe(503);
  } finally {
    await web.kill();
    for (const caller of callers) caller.destroy();
  }
});
