import { type ChildProcess, spawn } from "node:child_process";
import { GitError } from "@/server/git/error";
import { assertDirectory, configurationOf, environmentOf, type GitProfile } from "@/server/git/profile";
import { withSlot } from "@/server/git/slots";

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_OUTPUT_BYTES = 8 * 1024 * 1024;
const MAX_STDERR_BYTES = 8 * 1024;
/** git removes its lock files on SIGTERM, not on SIGKILL. */
const GRACE_MS = 1_000;

type GitRun = {
  readonly profile?: Exclude<GitProfile, "serve">;
  readonly stdin?: string | Buffer;
  /** Exit codes that are answers, not failures. Default: 0. */
  readonly okCodes?: readonly number[];
  readonly timeoutMs?: number;
  readonly maxOutputBytes?: number;
  /** At the output cap, stop git and return what there is instead of throwing. */
  readonly truncate?: boolean;
  /** Takes standard output as it comes; the result's stdout stays empty. */
  readonly onStdout?: (chunk: Buffer) => void;
  readonly workTree?: string;
  readonly env?: Readonly<Record<string, string>>;
};

export type GitResult = {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly truncated: boolean;
};

/** Runs git on a bare repository. Values in `args` are Shas, checked refs and constants. Throws GitError. */
export async function runGit(
  directory: string,
  args: readonly string[],
  options: GitRun = {},
): Promise<GitResult> {
  assertDirectory(directory);
  const where = [`--git-dir=${directory}`, ...(options.workTree ? [`--work-tree=${options.workTree}`] : [])];
  const profile = options.profile ?? "plumbing";
  return withSlot(() =>
    execute([...where, ...configurationOf(profile, directory), ...args], args[0], options),
  );
}

/** `git init`, the one command for which there is no repository yet. */
export async function runGitWithoutRepository(args: readonly string[]): Promise<GitResult> {
  return withSlot(() => execute([...configurationOf("plumbing", "/"), ...args], args[0], {}));
}

/** Standard output as text, without the newline at its end. */
export async function gitText(
  directory: string,
  args: readonly string[],
  options: GitRun = {},
): Promise<string> {
  return (await runGit(directory, args, options)).stdout.toString("utf8").trimEnd();
}

/** Starts git in a process group of its own. The caller ends it with stopGroup. */
export function spawnGit(
  argv: readonly string[],
  options: { env?: Readonly<Record<string, string>>; cwd?: string },
): ChildProcess & { stdin: NodeJS.WritableStream } {
  const child = spawn("git", [...argv], {
    cwd: options.cwd ?? "/",
    env: environmentOf(options.env) as NodeJS.ProcessEnv,
    shell: false,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  // git may close its input early; that is told by its exit code, not by EPIPE.
  child.stdin.on("error", () => undefined);
  return child;
}

/** Ends a whole process group: politely, then for good. */
export function stopGroup(child: ChildProcess): void {
  const pid = child.pid;
  if (pid === undefined) return;
  signalGroup(pid, "SIGTERM");
  setTimeout(() => signalGroup(pid, "SIGKILL"), GRACE_MS).unref();
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}

function execute(argv: readonly string[], command = "", options: GitRun): Promise<GitResult> {
  const maxBytes = options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
  const okCodes = options.okCodes ?? [0];

  return new Promise((resolve, reject) => {
    const child = spawnGit(argv, {
      ...(options.env ? { env: options.env } : {}),
      ...(options.workTree ? { cwd: options.workTree } : {}),
    });
    const kept: Buffer[] = [];
    const errors: Buffer[] = [];
    let size = 0;
    let errorSize = 0;
    let truncated = false;
    let stopped: GitError | undefined;

    const stop = (error: GitError) => {
      stopped ??= error;
      stopGroup(child);
    };
    const timer = setTimeout(
      () => stop(new GitError("timed_out", `git ${command} took too long and was stopped.`)),
      options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    );

    child.stdout?.on("data", (chunk: Buffer) => {
      if (truncated || stopped) return;
      const fitting = chunk.subarray(0, maxBytes - size);
      size += fitting.length;
      if (options.onStdout) options.onStdout(fitting);
      else kept.push(fitting);
      if (fitting.length === chunk.length) return;
      if (options.truncate) {
        truncated = true;
        stopGroup(child);
      } else stop(new GitError("output_too_large", `git ${command} answered more than ${maxBytes} bytes.`));
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      if (errorSize < MAX_STDERR_BYTES) errors.push(chunk.subarray(0, MAX_STDERR_BYTES - errorSize));
      errorSize += chunk.length;
    });
    child.on("error", (cause) => {
      clearTimeout(timer);
      reject(new GitError("not_installed", `git could not be started: ${cause.message}`));
    });
    child.on("close", (exitCode, signal) => {
      clearTimeout(timer);
      const stderr = Buffer.concat(errors).toString("utf8");
      if (stopped) return reject(stopped);
      if (!truncated && (exitCode === null || !okCodes.includes(exitCode))) {
        const how = signal ? `was ended by ${signal}` : `failed with code ${exitCode}`;
        return reject(new GitError("failed", `git ${command} ${how}.`, { exitCode, stderr }));
      }
      resolve({ exitCode: exitCode ?? 0, stdout: Buffer.concat(kept), stderr, truncated });
    });
    child.stdin.end(options.stdin ?? "");
  });
}
