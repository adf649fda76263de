import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { GitError } from "@/server/git/error";
import { assertDirectory, configurationOf } from "@/server/git/profile";
import { runGit, spawnGit, stopGroup } from "@/server/git/run";

/**
 * Where to fetch from. `resolve` pins the connection to addresses that were looked at: "host:443:203.0.113.7". A
 * protocol that is not named here cannot be used, whatever the source's server answers.
 */
export type FetchSource = {
  readonly url: string;
  readonly protocol: "https" | "http" | "file";
  readonly resolve?: string | undefined;
};

export type FetchLimits = { readonly maxBytes: number; readonly timeoutMs: number };

/** A source that sends less than this for so long is given up. */
const SLOW_BYTES_PER_SECOND = 1_000;
const SLOW_SECONDS = 30;
const LOOK_MS = 400;
const KEPT_STDERR = 16 * 1024;
const MAX_LIST_BYTES = 16 * 1024 * 1024;

function configurationFor(source: FetchSource, slowSeconds: number): string[] {
  return [
    `http.lowSpeedLimit=${SLOW_BYTES_PER_SECOND}`,
    `http.lowSpeedTime=${slowSeconds}`,
    "core.bigFileThreshold=16m",
    "fetch.unpackLimit=1",
    "fetch.fsckObjects=true",
    "pack.threads=1",
    "transfer.bundleURI=false",
    ...(source.resolve ? [`http.curloptResolve=${source.resolve}`] : []),
  ].flatMap((setting) => ["-c", setting]);
}

/** Branches and tags of a source, as "sha\tname" lines of git; names are any bytes. Throws GitError. */
export async function listSourceRefs(
  directory: string,
  source: FetchSource,
  slowSeconds: number = SLOW_SECONDS,
): Promise<{ name: string; sha: string }[]> {
  const { stdout } = await runGit(
    directory,
    [
      ...configurationFor(source, slowSeconds),
      "ls-remote",
      "--refs",
      "--end-of-options",
      source.url,
      "refs/heads/*",
      "refs/tags/*",
    ],
    {
      env: { GIT_ALLOW_PROTOCOL: source.protocol },
      maxOutputBytes: MAX_LIST_BYTES,
      timeoutMs: (slowSeconds + 30) * 1_000,
    },
  );
  return stdout
    .toString("utf8")
    .split("\n")
    .flatMap((row) => {
      const [sha = "", name = ""] = row.split("\t");
      return /^[0-9a-f]{40}$/.test(sha) && name !== "" ? [{ name, sha }] : [];
    });
}

/**
 * Fetches the refs into a bare repository, every object checked. `onProgress` is told what git says and how many bytes
 * have arrived. Ends git and throws GitError at the limits, on the signal and when git fails.
 */
export async function fetchRefs(
  directory: string,
  source: FetchSource,
  refs: readonly { readonly from: string; readonly to: string }[],
  options: {
    readonly signal: AbortSignal;
    readonly limits: FetchLimits;
    readonly slowSeconds?: number;
    readonly onProgress: (said: string, bytes: number) => void;
  },
): Promise<void> {
  assertDirectory(directory);
  const child = spawnGit(
    [
      `--git-dir=${directory}`,
      ...configurationOf("plumbing", directory),
      ...configurationFor(source, options.slowSeconds ?? SLOW_SECONDS),
      "fetch",
      "--progress",
      "--no-tags",
      "--no-write-fetch-head",
      "--no-auto-maintenance",
      "--no-recurse-submodules",
      "--no-show-forced-updates",
      "--stdin",
      "--end-of-options",
      source.url,
    ],
    { env: { GIT_ALLOW_PROTOCOL: source.protocol } },
  );
  let said = "";
  let stopped: GitError | undefined;
  const stop = (error: GitError) => {
    stopped ??= error;
    stopGroup(child);
  };
  const onAbort = () => stop(new GitError("aborted", "The fetch was ended."));
  const timer = setTimeout(
    () => stop(new GitError("timed_out", "git fetch took too long and was stopped.")),
    options.limits.timeoutMs,
  );
  const look = setInterval(async () => {
    const bytes = await packBytes(directory);
    if (bytes > options.limits.maxBytes) {
      stop(new GitError("output_too_large", "The repository is larger than what is taken."));
    }
    options.onProgress(said, bytes);
  }, LOOK_MS);
  child.stdout?.resume();
  child.stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString("utf8")).slice(-KEPT_STDERR);
  });
  if (options.signal.aborted) onAbort();
  options.signal.addEventListener("abort", onAbort, { once: true });
  child.stdin.end(refs.map(({ from, to }) => `+${from}:${to}\n`).join(""));
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on("error", (cause) =>
        reject(new GitError("not_installed", `git could not be started: ${cause.message}`)),
      );
      child.on("close", resolve);
    });
    if (stopped) throw new GitError(stopped.code, stopped.message, { exitCode, stderr: said });
    if (exitCode !== 0)
      throw new GitError("failed", `git fetch failed with code ${exitCode}.`, { exitCode, stderr: said });
    const bytes = await packBytes(directory);
    if (bytes > options.limits.maxBytes) {
      throw new GitError("output_too_large", "The repository is larger than what is taken.");
    }
    options.onProgress(said, bytes);
  } finally {
    clearTimeout(timer);
    clearInterval(look);
    options.signal.removeEventListener("abort", onAbort);
  }
}

/** What has arrived: one pack, while it comes in and afterwards. */
async function packBytes(directory: string): Promise<number> {
  const packs = path.join(directory, "objects", "pack");
  const names = await readdir(packs).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(path.join(packs, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
