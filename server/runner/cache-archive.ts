import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { lstat, mkdir, opendir, readlink, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { MAX_CACHE_BYTES, MAX_CACHE_ENTRIES } from "@/domain/pipelines/caches";
import { BASE_PATH } from "./start-job";

/** Why directories were not kept, in words for people. */
export class NotCached extends Error {}

type Limits = { maxBytes?: number; maxEntries?: number };

/**
 * Packs directories of a finished job into an archive. Only what is the job's own goes in: files, folders, and links
 * that stay within the cached directory. Throws NotCached when there is nothing, or too much.
 */
export async function packDirectories(
  workDirectory: string,
  paths: readonly string[],
  archive: string,
  { maxBytes = MAX_CACHE_BYTES, maxEntries = MAX_CACHE_ENTRIES }: Limits = {},
): Promise<void> {
  const owner = (await stat(workDirectory)).uid;
  const names: string[] = [];
  let bytes = 0;
  const add = async (root: string, relative: string): Promise<void> => {
    const place = path.join(workDirectory, relative);
    const facts = await lstat(place).catch(() => null);
    if (facts === null || facts.uid !== owner) return;
    const isOwnLink = facts.isSymbolicLink() && staysWithin(root, relative, await readlink(place));
    if (!facts.isFile() && !facts.isDirectory() && !isOwnLink) return;
    names.push(`./${relative}`);
    bytes += facts.isFile() ? facts.size : 0;
    if (bytes > maxBytes) throw new NotCached(`It is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB.`);
    if (names.length > maxEntries) throw new NotCached(`It has more than ${maxEntries} files and folders.`);
    if (!facts.isDirectory()) return;
    for await (const entry of await opendir(place)) await add(root, `${relative}/${entry.name}`);
  };
  for (const root of paths) if (await isPlainFolder(workDirectory, root)) await add(root, root);
  if (names.length === 0) throw new NotCached("The job left nothing at its paths.");
  await mkdir(path.dirname(archive), { recursive: true });
  const list = `${names.join("\0")}\0`;
  await tar(["--null", "--no-recursion", "-cf", "-", "-C", workDirectory, "-T", "-"], {
    input: Readable.from([list]),
    output: archive,
  });
}

/**
 * Puts an archive's directories in their places in a fresh checkout. It is unpacked aside first, so that no link of
 * the checkout can lead it elsewhere; a place that is taken is left as it is. Answers whether anything was put there.
 */
export async function unpackDirectories(
  archive: string,
  workDirectory: string,
  paths: readonly string[],
): Promise<boolean> {
  const aside = path.join(path.dirname(workDirectory), `cache-${randomUUID()}`);
  await mkdir(aside, { mode: 0o700 });
  let isPlaced = false;
  try {
    const args = ["-xf", "-", "-C", aside, "--no-same-owner", "--no-same-permissions"];
    await tar(args, { input: createReadStream(archive), output: null });
    for (const relative of paths) {
      const from = path.join(aside, relative);
      if (!(await lstat(from).catch(() => null))?.isDirectory()) continue;
      if (await lstat(path.join(workDirectory, relative)).catch(() => null)) continue;
      if (!(await makeParents(workDirectory, relative))) continue;
      await rename(from, path.join(workDirectory, relative));
      isPlaced = true;
    }
    return isPlaced;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** A link by its words alone: relative, and never above the cached directory. */
function staysWithin(root: string, relative: string, target: string): boolean {
  if (path.posix.isAbsolute(target)) return false;
  const resolved = path.posix.normalize(path.posix.join(path.posix.dirname(relative), target));
  return resolved === root || resolved.startsWith(`${root}/`);
}

/** No part of the way is a link. */
async function isPlainFolder(workDirectory: string, relative: string): Promise<boolean> {
  let place = workDirectory;
  for (const part of relative.split("/")) {
    place = path.join(place, part);
    if (!(await lstat(place).catch(() => null))?.isDirectory()) return false;
  }
  return true;
}

async function makeParents(workDirectory: string, relative: string): Promise<boolean> {
  const parent = path.posix.dirname(relative);
  if (parent === ".") return true;
  let place = workDirectory;
  for (const part of parent.split("/")) {
    place = path.join(place, part);
    const facts = await lstat(place).catch(() => null);
    if (facts === null) await mkdir(place);
    else if (!facts.isDirectory()) return false;
  }
  return true;
}

async function tar(
  args: readonly string[],
  { input, output }: { input: Readable; output: string | null },
): Promise<void> {
  const child = spawn("tar", args, {
    env: { PATH: BASE_PATH, LC_ALL: "C" } as Record<string, string> as NodeJS.ProcessEnv,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    if (said.length < 500) said += chunk.toString("utf8");
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const written = output === null ? child.stdout.resume() : pipeline(child.stdout, createWriteStream(output));
  // When tar ends early its own words say more than the broken pipe.
  const fed = pipeline(input, child.stdin).catch(() => undefined);
  const [code] = await Promise.all([ended, written, fed]);
  if (code !== 0)
    throw new NotCached(`tar ended with code ${code ?? "unknown"}: ${said.trim().slice(0, 200)}`);
}
