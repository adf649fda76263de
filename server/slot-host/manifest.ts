import { createHash } from "node:crypto";
import { lstat, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";

/** SHA-256 of every file of an installed version, by path. */
const Manifest = z.strictObject({ files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)) });
export type Manifest = z.infer<typeof Manifest>;

/** What was read last of a version: as long as nothing about its files has moved, they need no reading again. */
const known = new Map<string, { fingerprint: string; matches: boolean }>();

export async function writeManifest(file: string, files: ReadonlyMap<string, string>): Promise<void> {
  await writeFile(file, JSON.stringify({ files: Object.fromEntries(files) } satisfies Manifest));
}

export async function readManifest(file: string): Promise<Manifest | null> {
  try {
    const parsed = Manifest.safeParse(JSON.parse(await readFile(file, "utf8")));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Whether the directory holds exactly the files of its manifest, byte for byte. */
export async function matchesManifest(directory: string, manifest: Manifest): Promise<boolean> {
  const fingerprint = await fingerprintOf(directory).catch(() => null);
  if (fingerprint === null) return false;
  const last = known.get(directory);
  if (last?.fingerprint === fingerprint) return last.matches;
  const matches = await compare(directory, manifest).catch(() => false);
  known.set(directory, { fingerprint, matches });
  return matches;
}

async function compare(directory: string, manifest: Manifest): Promise<boolean> {
  const found = await filesOf(directory);
  if (found.length !== Object.keys(manifest.files).length) return false;
  for (const name of found) {
    const expected = Object.hasOwn(manifest.files, name) ? manifest.files[name] : undefined;
    if (expected === undefined || (await sha256Of(path.join(directory, name))) !== expected) return false;
  }
  return true;
}

async function fingerprintOf(directory: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of await filesOf(directory)) {
    const facts = await lstat(path.join(directory, name), { bigint: true });
    hash.update(`${name}\0${facts.mode}\0${facts.ino}\0${facts.size}\0${facts.mtimeNs}\0${facts.ctimeNs}\n`);
  }
  return hash.digest("hex");
}

/** Everything but folders, links included, so that an added link does not go unnoticed. */
async function filesOf(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .sort();
}

async function sha256Of(file: string): Promise<string> {
  const facts = await lstat(file);
  if (!facts.isFile()) return "";
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
}
