import { execFile, spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { chmod, chown, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { DomainError } from "@/domain/errors";
import { readBegun } from "./control";
import { jobScript, SUPERVISOR } from "./job-script";
import { groupOfMark } from "./processes";

const run = promisify(execFile);

export const BASE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const BEGIN_TIMEOUT_MS = 10_000;
/** Bounds a job that forks without end; a build with a few hundred threads does not notice. */
const MAX_PROCESSES = 4096;

export type JobUser = { readonly uid: number; readonly gid: number };

export type JobHandle = {
  readonly controlDirectory: string;
  readonly workDirectory: string;
  readonly pid: number;
  /** Start time of the process as the system tells it; opaque, compared only. */
  readonly startedAt: string;
};

export type StartJobInput = {
  /** The job's own directory; the checkout is in `work` inside it, and `control`, `home`, `tmp` are made beside. */
  readonly directory: string;
  readonly commands: readonly string[];
  /** What the job sees besides PATH, HOME, TMPDIR, LANG and CI. Nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** As root: who runs the job (nobody when left out). Otherwise it runs as who we are. */
  readonly user?: JobUser;
  /** So many processes its user may have at once, all of its jobs together. */
  readonly maxProcesses?: number;
};

export function controlDirectoryOf(directory: string): string {
  return path.join(directory, "control");
}

export function workDirectoryOf(directory: string): string {
  return path.join(directory, "work");
}

/** Who runs jobs: nobody (65534) when we are root, otherwise we ourselves (undefined). */
export function jobUser(): JobUser | undefined {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
}

/**
 * Where jobs have their directories: in the data directory, or in the system's temporary directory when the user who
 * runs jobs could not enter it (a checkout under /root, for example). The same for every process of an installation.
 */
export async function jobsDirectory(
  dataDirectory: string,
  user: JobUser | undefined = jobUser(),
): Promise<string> {
  const inside = path.join(dataDirectory, "jobs");
  if (user === undefined || (await canEnter(dataDirectory, user))) return inside;
  const name = createHash("sha256").update(path.resolve(dataDirectory)).digest("hex").slice(0, 16);
  return path.join("/var/tmp", `clearway-jobs-${name}`);
}

/**
 * Starts a job as a process group of its own, which goes on when we die. Starting it again in the same directory
 * starts nothing and answers with the one that runs. Throws UNAVAILABLE when it does not begin.
 */
export async function startJob({
  directory,
  commands,
  environment,
  user,
  maxProcesses = MAX_PROCESSES,
}: StartJobInput): Promise<JobHandle> {
  const controlDirectory = controlDirectoryOf(directory);
  const workDirectory = workDirectoryOf(directory);
  const runAs = process.getuid?.() === 0 ? (user ?? jobUser()) : undefined;
  const mark = randomUUID();
  const base = {
    PATH: BASE_PATH,
    HOME: path.join(directory, "home"),
    TMPDIR: path.join(directory, "tmp"),
    LANG: "C.UTF-8",
    CI: "true",
    CLEARWAY_JOB_MARK: mark,
  };
  for (const own of [workDirectory, base.HOME, base.TMPDIR]) await mkdir(own, { recursive: true });
  const isNew = await prepareControl(controlDirectory, jobScript(commands, environment), mark, runAs);
  if (isNew) {
    await chmod(directory, 0o711);
    if (runAs !== undefined) await giveTo(runAs, [workDirectory, base.HOME, base.TMPDIR]);
    const ids = runAs === undefined ? ["", "", ""] : [runAs.uid, runAs.gid, groupOfMark(mark)].map(String);
    const limits = [String(maxProcesses), ...ids];
    // The repository's own variables are exported by the job's script: this shell may still be root.
    const child = spawn("/bin/sh", ["-c", SUPERVISOR, "sh", controlDirectory, workDirectory, ...limits], {
      cwd: controlDirectory,
      // Next makes NODE_ENV part of the type; a job has none.
      env: base as Record<string, string> as NodeJS.ProcessEnv,
      detached: true,
      stdio: "ignore",
    });
    child.on("error", () => {});
    child.unref();
  }
  const begun = await waitUntilBegun(controlDirectory);
  return { controlDirectory, workDirectory, pid: begun.pid, startedAt: begun.startedAt };
}

/** Makes the control directory complete or not at all; false when there is one already. */
async function prepareControl(
  controlDirectory: string,
  script: string,
  mark: string,
  user: JobUser | undefined,
): Promise<boolean> {
  const draft = `${controlDirectory}.${randomUUID()}`;
  await mkdir(draft, { mode: 0o755 });
  await writeFile(path.join(draft, "job.sh"), script, { mode: 0o644 });
  await writeFile(path.join(draft, "job.json"), JSON.stringify({ mark }), { mode: 0o600 });
  await writeFile(path.join(draft, "output.log"), "", { mode: 0o644 });
  // A job's `> /dev/stderr` opens the log anew, so it must be the job's own.
  if (user !== undefined) await chown(path.join(draft, "output.log"), user.uid, user.gid);
  try {
    await rename(draft, controlDirectory);
    return true;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (
      error instanceof Error &&
      "code" in error &&
      (error.code === "ENOTEMPTY" || error.code === "EEXIST")
    ) {
      return false;
    }
    throw error;
  }
}

async function giveTo(user: JobUser, directories: readonly string[]): Promise<void> {
  await run("chown", ["-hR", `${user.uid}:${user.gid}`, "--", ...directories]);
}

async function waitUntilBegun(controlDirectory: string) {
  const deadline = Date.now() + BEGIN_TIMEOUT_MS;
  for (;;) {
    const begun = await readBegun(controlDirectory);
    if (begun !== null && begun.pid > 0) return begun;
    if (begun !== null || Date.now() > deadline) {
      throw new DomainError("UNAVAILABLE", "The job could not be started on this machine; run it again.");
    }
    await pause(2);
  }
}

async function canEnter(directory: string, user: JobUser): Promise<boolean> {
  const resolved = path.resolve(directory);
  const parts = resolved
    .split(path.sep)
    .map((_, index, all) => all.slice(0, index + 1).join(path.sep) || path.sep);
  for (const part of parts) {
    const facts = await stat(part).catch(() => null);
    if (facts === null) continue;
    const bit = facts.uid === user.uid ? 0o100 : facts.gid === user.gid ? 0o010 : 0o001;
    if ((facts.mode & bit) === 0) return false;
  }
  return true;
}
