import { createHash, randomUUID } from "node:crypto";
import { constants, createReadStream, type ReadStream } from "node:fs";
import { type FileHandle, link, lstat, mkdir, open, realpath, rm, stat } from "node:fs/promises";
import path from "node:path";
import { DomainError } from "@/domain/errors";
import { type ArtifactDeclaration, artifactPathProblem } from "@/domain/pipelines/definition";

export const MAX_ARTIFACT_BYTES = 512 * 1024 * 1024;
const BLOCK_BYTES = 1024 * 1024;

export type StoredArtifact = { readonly sha256: string; readonly sizeBytes: number };
export type CollectedArtifact = StoredArtifact & ArtifactDeclaration;

export type OpenedArtifact = StoredArtifact & { readonly file: string; readonly read: () => ReadStream };

/** `<store>/ab/<sha256>`; the store is `artifacts` in the data directory. */
export function artifactFile(store: string, sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new DomainError("INVALID", "That is not a SHA-256 digest.");
  return path.join(store, sha256.slice(0, 2), sha256);
}

/**
 * Copies a regular file into the store under its digest; the same bytes again change nothing. The copy is on disk
 * before it has its name. Throws INVALID for links, devices, folders and what is larger than `maxBytes`.
 */
export async function storeArtifact(
  store: string,
  file: string,
  { maxBytes = MAX_ARTIFACT_BYTES }: { maxBytes?: number } = {},
): Promise<StoredArtifact> {
  const source = await openRegular(file, maxBytes);
  const draft = path.join(store, "incoming", randomUUID());
  try {
    await mkdir(path.dirname(draft), { recursive: true });
    const stored = await copyHashing(source, draft, file, maxBytes);
    const target = artifactFile(store, stored.sha256);
    await mkdir(path.dirname(target), { recursive: true });
    // A link, not a rename: what is stored once is never replaced.
    await link(draft, target).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    });
    await flushDirectory(path.dirname(target));
    return stored;
  } finally {
    await source.close();
    await rm(draft, { force: true });
  }
}

/** With `verify` the bytes are read and compared with their digest first. Throws NOT_FOUND or UNAVAILABLE. */
export async function openArtifact(
  store: string,
  sha256: string,
  { verify = false }: { verify?: boolean } = {},
): Promise<OpenedArtifact> {
  const file = artifactFile(store, sha256);
  const facts = await stat(file).catch(() => null);
  if (facts === null) {
    throw new DomainError("NOT_FOUND", `The artifact ${sha256.slice(0, 12)} is not in the artifact store.`);
  }
  if (verify && (await sha256Of(file)) !== sha256) {
    throw new DomainError(
      "UNAVAILABLE",
      `The stored artifact ${sha256.slice(0, 12)} is damaged: its bytes no longer match its digest. Build it again.`,
    );
  }
  return { sha256, sizeBytes: facts.size, file, read: () => createReadStream(file) };
}

/**
 * Stores what a finished job declared, in the order of the declarations. Throws INVALID with the path and the reason
 * when one is missing or is not a regular file inside the work directory.
 */
export async function collectArtifacts(
  store: string,
  workDirectory: string,
  declarations: readonly ArtifactDeclaration[],
): Promise<CollectedArtifact[]> {
  const collected: CollectedArtifact[] = [];
  for (const { component, path: relative } of declarations) {
    const file = await insideOf(workDirectory, relative);
    collected.push({ component, path: relative, ...(await storeArtifact(store, file)) });
  }
  return collected;
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const block of createReadStream(file, { highWaterMark: BLOCK_BYTES }))
    hash.update(block as Buffer);
  return hash.digest("hex");
}

async function insideOf(workDirectory: string, relative: string): Promise<string> {
  const problem = artifactPathProblem(relative);
  if (problem !== null) throw new DomainError("INVALID", problem);
  const root = await realpath(workDirectory);
  const named = path.join(root, relative);
  const facts = await lstat(named).catch(() => null);
  if (facts === null)
    throw new DomainError("INVALID", `The job made no file "${relative}", which it declares.`);
  if (facts.isSymbolicLink()) {
    throw new DomainError(
      "INVALID",
      `The artifact "${relative}" is a symbolic link; it must be a regular file.`,
    );
  }
  const real = await realpath(named);
  if (!real.startsWith(root + path.sep)) {
    throw new DomainError("INVALID", `The artifact "${relative}" leads outside the job's directory.`);
  }
  // A hard link made in the work directory to somebody else's file is still that other person's file.
  if (facts.nlink > 1 && facts.uid !== (await stat(root)).uid) {
    throw new DomainError(
      "INVALID",
      `The artifact "${relative}" is a hard link to a file the job does not own.`,
    );
  }
  return real;
}

async function openRegular(file: string, maxBytes: number): Promise<FileHandle> {
  const name = path.basename(file);
  // O_NONBLOCK: opening a named pipe must not wait for its other end.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(file, flags).catch(() => null);
  if (handle === null)
    throw new DomainError("INVALID", `The artifact "${name}" cannot be read as a regular file.`);
  const facts = await handle.stat();
  const problem = !facts.isFile()
    ? `The artifact "${name}" is not a regular file; pack a folder with tar.`
    : facts.size > maxBytes
      ? tooLarge(name, maxBytes)
      : null;
  if (problem === null) return handle;
  await handle.close();
  throw new DomainError("INVALID", problem);
}

function tooLarge(name: string, maxBytes: number): string {
  return `The artifact "${name}" is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB.`;
}

async function copyHashing(
  source: FileHandle,
  draft: string,
  file: string,
  maxBytes: number,
): Promise<StoredArtifact> {
  const target = await open(draft, "wx", 0o444);
  try {
    const hash = createHash("sha256");
    const block = Buffer.alloc(BLOCK_BYTES);
    let sizeBytes = 0;
    for (;;) {
      const { bytesRead } = await source.read(block, 0, block.length, sizeBytes);
      if (bytesRead === 0) break;
      sizeBytes += bytesRead;
      if (sizeBytes > maxBytes) throw new DomainError("INVALID", tooLarge(path.basename(file), maxBytes));
      hash.update(block.subarray(0, bytesRead));
      await target.writeFile(block.subarray(0, bytesRead));
    }
    await target.sync();
    return { sha256: hash.digest("hex"), sizeBytes };
  } finally {
    await target.close();
  }
}

async function flushDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
