import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { appendFile, chmod, mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { processesWith } from "../git/testing/given-repository";
import { type LogChunk, MAX_LOG_BYTES, readJob, readLog, readMark } from "./control";
import { killJob } from "./kill-job";
import { jobProcesses, processStartedAt } from "./processes";
import { controlDirectoryOf, jobsDirectory, startJob, workDirectoryOf } from "./start-job";
import { type WatchJobOptions, watchJob } from "./watch-job";

const isRoot = process.getuid?.() === 0;
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "clearway-job-"));
});

afterEach(async () => {
  await killJob(controlDirectoryOf(directory), { reason: "cancelled", graceMs: 0 }).catch(() => {});
  await rm(directory, { recursive: true, force: true });
});

/** How many processes run under a user that nobody else is. Linux. */
function processesOfUser(uid: number): number {
  const owned = (pid: string) => {
    try {
      return statSync(`/proc/${pid}`).uid === uid;
    } catch {
      return false;
    }
  };
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && owned(name)).length;
}

/** So many seconds and a bit that no other process of the machine is told of: it is found by them. */
const nap = (seconds: number) => `${seconds}.125${process.pid}`;

function start(commands: string[], environment: Record<string, string> = {}) {
  return startJob({ directory, commands, environment });
}

async function follow(options: Partial<WatchJobOptions> = {}) {
  let log = "";
  const watched = await watchJob(controlDirectoryOf(directory), {
    timeoutMs: 20_000,
    graceMs: 300,
    ...options,
    onLog: async (chunk: LogChunk) => {
      log += chunk.text;
      await options.onLog?.(chunk);
    },
  });
  return { ...watched, log };
}

describe("a job", () => {
  test("passes when all its commands do, and shows each before what it prints", async () => {
    await start(["echo one", "printf 'two\\n'"]);
    expect(await follow()).toMatchObject({
      outcome: "passed",
      exitCode: 0,
      log: "$ echo one\none\n$ printf 'two\\n'\ntwo\n",
    });
  });

  test("ends at the first command that fails, with its code", async () => {
    await start(["echo before", "exit 7", "echo after"]);
    expect(await follow()).toMatchObject({
      outcome: "failed",
      exitCode: 7,
      log: "$ echo before\nbefore\n$ exit 7\n",
    });
  });

  test("keeps folder and variables from one command to the next", async () => {
    await start(["mkdir sub && cd sub", "NAME=kept", 'echo "$NAME in $(basename "$PWD")"']);
    expect((await follow()).log).toContain("kept in sub\n");
  });

  test("a command with a quote left open fails by itself and swallows nothing", async () => {
    await start(["echo 'open", "echo never"]);
    const { outcome, log } = await follow();
    expect(outcome).toBe("failed");
    expect(log).not.toContain("$ echo never");
  });

  test("may write to /dev/stderr", async () => {
    await start(["echo told >> /dev/stderr"]);
    expect(await follow()).toMatchObject({ outcome: "passed", log: expect.stringContaining("\ntold\n") });
  });

  test("begins once however often it is started", async () => {
    const handles = await Promise.all(["a", "b", "c"].map(() => start(["echo run >> runs"])));
    expect(new Set(handles.map((handle) => handle.pid)).size).toBe(1);
    await follow();
    await start(["echo run >> runs"]);
    expect(await readFile(path.join(workDirectoryOf(directory), "runs"), "utf8")).toBe("run\n");
  });

  test("inherits nothing: its environment is what was given and five names", async () => {
    vi.stubEnv("CANARY_TOKEN", "canary-8c1f");
    await start(["env"], { MODE: 'it\'s "quoted" $HOME', CLEARWAY_COMMIT: "abc" });
    const { log } = await follow();
    expect(log).not.toContain("canary-8c1f");
    expect(log).toContain(`MODE=it's "quoted" $HOME\n`);
    const names = [...log.matchAll(/^([A-Z_]+)=/gm)].map((match) => match[1]).sort();
    expect(names).toEqual(
      [
        "CI",
        "CLEARWAY_COMMIT",
        "CLEARWAY_JOB_MARK",
        "HOME",
        "LANG",
        "MODE",
        "OLDPWD",
        "PATH",
        "PWD",
        "TMPDIR",
      ].filter((name) => name !== "OLDPWD" || names.includes("OLDPWD")),
    );
  });

  test("runs as an unprivileged user that owns its folders and cannot gain rights", async () => {
    await start(["id -u", "touch here $HOME/there $TMPDIR/too", "ulimit -c; ulimit -f"]);
    const { outcome, log } = await follow();
    expect(outcome).toBe("passed");
    expect(log).toContain(`$ id -u\n${isRoot ? 65_534 : process.getuid?.()}\n`);
    expect(log).toMatch(/\n0\n2097152\n$/);
  });

  test("a loader variable of the repository never reaches the shell that still has our rights", async () => {
    await start(["id -u"], { LD_PRELOAD: path.join(directory, "work", "evil.so") });
    const { log } = await follow();
    expect(log.match(/evil\.so/g)?.length ?? 0).toBe(1);
  });
});

describe("an end", () => {
  test("comes after the timeout, counted from the job's beginning", async () => {
    await start(["sleep 600"]);
    expect(await follow({ timeoutMs: 200, graceMs: 5_000 })).toMatchObject({
      outcome: "timed_out",
      exitCode: 143,
    });
    expect(await follow({ timeoutMs: 100_000 })).toMatchObject({ outcome: "timed_out" });
  });

  test("by cancelling takes every descendant with it, deaf ones and those in other sessions", async () => {
    await start([
      "sh -c 'trap \"\" TERM; sleep 600 & echo pid=$!; exec sleep 601' & echo pid=$!",
      "setsid sleep 602 & echo pid=$!",
      "echo ready; wait",
    ]);
    const cancel = new AbortController();
    let seen = "";
    const { outcome, log } = await follow({
      signal: cancel.signal,
      onLog: (chunk) => {
        seen += chunk.text;
        if (seen.includes("\nready") && seen.match(/^pid=/gm)?.length === 3) cancel.abort();
      },
    });
    expect(outcome).toBe("cancelled");
    const pids = [...log.matchAll(/^pid=(\d+)$/gm)].map((match) => Number(match[1]));
    expect(pids).toHaveLength(3);
    expect(pids.map(processStartedAt)).toEqual([null, null, null]);
  });

  test("of a job takes what it left behind", async () => {
    await start(["sleep 600 & echo pid=$!", "env -i setsid true", "env -i sleep 600 & echo pid=$!"]);
    const { outcome, log } = await follow();
    expect(outcome).toBe("passed");
    const pids = [...log.matchAll(/^pid=(\d+)$/gm)].map((match) => Number(match[1]));
    expect(pids.map(processStartedAt)).toEqual([null, null]);
  });

  // As another user the limit would count that user's own processes too.
  test.runIf(isRoot)(
    "of a job that forks without end: it meets its limit, and nothing of it is left",
    async () => {
      const user = { uid: 64_321, gid: 64_321 };
      const bomb = `bomb() { setsid sh -c 'sleep ${nap(603)} & sleep ${nap(603)}' & bomb & bomb; }`;
      // It goes on until its timeout, so that however seldom we get to look, it is seen at its limit.
      const commands = ["echo begun", `${bomb}; bomb 2>/dev/null & exec sleep ${nap(603)}`];
      await startJob({ directory, commands, environment: {}, user, maxProcesses: 40 });
      const mark = await readMark(controlDirectoryOf(directory));
      let most = 0;
      const look = setInterval(() => {
        most = Math.max(most, processesOfUser(user.uid));
      }, 20);
      const { outcome, log } = await follow({ timeoutMs: 1500, graceMs: 100 }).finally(() =>
        clearInterval(look),
      );
      expect(log).toContain("begun\n");
      expect(most).toBeGreaterThan(20);
      expect(most).toBeLessThanOrEqual(40);
      expect(["timed_out", "failed"]).toContain(outcome);
      expect(jobProcesses({ pid: -1, startedAt: "", mark })).toEqual([]);
      expect(await processesWith(nap(603))).toEqual([]);
    },
  );

  test.runIf(isRoot)("takes what cleared its environment, left its session and lost its parent", async () => {
    const hidden = `env -i setsid sh -c 'exec > /dev/null 2>&1; cd /; sleep ${nap(604)} & exec sleep ${nap(604)}' &`;
    await start([`${hidden} sleep 0.3`]);
    expect((await follow()).outcome).toBe("passed");
    expect(await processesWith(nap(604))).toEqual([]);
  });

  test("comes when the job writes without end, and ten megabytes stay", async () => {
    await start(["yes 'a line that never ends'"]);
    const watched = await follow();
    expect(watched.outcome).toBe("log_limit");
    expect(watched.logBytes).toBe(MAX_LOG_BYTES);
    expect((await stat(path.join(controlDirectoryOf(directory), "output.log"))).size).toBe(MAX_LOG_BYTES);
  });

  test("by too long a log is the same when the job was quicker than we", async () => {
    await start(["head -c 11000000 /dev/zero | tr '\\0' x"]);
    expect((await follow()).outcome).toBe("log_limit");
  });

  test("is never mistaken for a loss while the exit is being written", async () => {
    await chmod(directory, 0o755);
    for (let round = 0; round < 15; round += 1) {
      const own = path.join(directory, `round-${round}`);
      await mkdir(own);
      const { controlDirectory } = await startJob({ directory: own, commands: ["true"], environment: {} });
      let reading = await readJob(controlDirectory);
      while (reading.state === "running") reading = await readJob(controlDirectory);
      expect(reading).toEqual({ state: "exited", code: 0 });
    }
  });

  test("that nobody wrote down is a loss", async () => {
    const { pid, controlDirectory } = await start(["sleep 600"]);
    process.kill(-pid, "SIGKILL");
    await expect.poll(() => readJob(controlDirectory)).toEqual({ state: "lost" });
    expect(await follow()).toMatchObject({ outcome: "lost", exitCode: null });
  });

  test("of a job that never began is a loss, and it cannot begin afterwards", async () => {
    const controlDirectory = controlDirectoryOf(directory);
    await mkdir(controlDirectory);
    await writeFile(path.join(controlDirectory, "job.json"), JSON.stringify({ mark: "none" }));
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(path.join(controlDirectory, "job.json"), longAgo, longAgo);
    expect(await readJob(controlDirectory)).toEqual({ state: "lost" });
    await expect(start(["echo late"])).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  test("of another process with the same number leaves that process alone", async () => {
    const stranger = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
    await once(stranger, "spawn");
    const controlDirectory = controlDirectoryOf(directory);
    await mkdir(controlDirectory);
    await writeFile(
      path.join(controlDirectory, "job.json"),
      JSON.stringify({ mark: "no process has this mark" }),
    );
    await writeFile(path.join(controlDirectory, "begun"), `${stranger.pid} 1\n`);
    expect(await readJob(controlDirectory)).toEqual({ state: "lost" });
    await killJob(controlDirectory, { reason: "cancelled", graceMs: 0 });
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    stranger.kill("SIGKILL");
    await once(stranger, "exit");
  });
});

test("a job outlives the SIGKILL of the process that started it, and another adopts it", async () => {
  const source = `
    const { startJob } = await import(${JSON.stringify(path.resolve(import.meta.dirname, "start-job.ts"))});
    await startJob({
      directory: ${JSON.stringify(directory)},
      commands: ["echo before", "while [ ! -e go ]; do sleep 0.02; done", "echo after"],
      environment: {},
    });
    console.log("started");
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(parent.stdout, "data");
  parent.kill("SIGKILL");
  await once(parent, "exit");
  expect(await readJob(controlDirectoryOf(directory))).toMatchObject({ state: "running" });
  await writeFile(path.join(workDirectoryOf(directory), "go"), "");
  expect(await follow()).toMatchObject({
    outcome: "passed",
    log: expect.stringMatching(/before\n[\s\S]*after\n$/),
  });
});

test("a watcher whose log cannot be kept leaves the job running", async () => {
  const { controlDirectory } = await start(["echo hello", "sleep 600"]);
  const lost = follow({
    onLog: () => {
      throw new Error("lease lost");
    },
  });
  await expect(lost).rejects.toThrow("lease lost");
  expect(await readJob(controlDirectory)).toMatchObject({ state: "running" });
});

describe("a log", () => {
  const text = "ä€😀 plain\n".repeat(40);

  test.each([4, 5, 7, 64])("read %i bytes at a time never cuts a character", async (size) => {
    const controlDirectory = controlDirectoryOf(directory);
    await mkdir(controlDirectory);
    await writeFile(path.join(controlDirectory, "output.log"), text);
    let offset = 0;
    let joined = "";
    for (;;) {
      const chunk = await readLog(controlDirectory, offset, size);
      expect(chunk.offset).toBe(offset);
      if (chunk.text === "") break;
      joined += chunk.text;
      offset = chunk.nextOffset;
    }
    expect(joined).toBe(text);
  });

  test("that ends inside a character waits for the rest, unless it is final", async () => {
    const controlDirectory = controlDirectoryOf(directory);
    const file = path.join(controlDirectory, "output.log");
    const smile = Buffer.from("😀");
    await mkdir(controlDirectory);
    await writeFile(file, Buffer.concat([Buffer.from("ok"), smile.subarray(0, 2)]));
    expect(await readLog(controlDirectory, 0, 100)).toMatchObject({ text: "ok", nextOffset: 2 });
    expect((await readLog(controlDirectory, 0, 100, { final: true })).text).toBe("ok\ufffd");
    await appendFile(file, smile.subarray(2));
    expect((await readLog(controlDirectory, 2, 100)).text).toBe("😀");
  });

  test("shows bytes that are no text, and NUL, as replacement characters", async () => {
    const controlDirectory = controlDirectoryOf(directory);
    await mkdir(controlDirectory);
    await writeFile(path.join(controlDirectory, "output.log"), Buffer.from([0x61, 0x00, 0xff, 0x62]));
    expect((await readLog(controlDirectory, 0, 100)).text).toBe("a\ufffd\ufffdb");
  });
});

test("jobs move to the system's temporary folder when their user cannot enter the data directory", async () => {
  const closed = path.join(directory, "closed");
  await mkdir(path.join(closed, "data"), { recursive: true, mode: 0o700 });
  const nobody = { uid: 65_534, gid: 65_534 };
  const owner = await stat(closed);
  expect(await jobsDirectory(path.join(closed, "data"), owner)).toBe(path.join(closed, "data", "jobs"));
  const moved = await jobsDirectory(path.join(closed, "data"), nobody);
  expect(moved).toMatch(/^\/var\/tmp\/clearway-jobs-[0-9a-f]{16}$/);
  expect(await jobsDirectory(path.join(closed, "data"), nobody)).toBe(moved);
});
