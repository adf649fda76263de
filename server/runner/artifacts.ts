import { createHash, randomUUID } from "node:crypto";
import { createReadStream, type ReadStream } from "node:fs";
import { access, constants, type FileHandle, link, mkdir, open, rm, stat } from "node:fs/promises";
import path from "node:path";
import { DomainError } from "@/domain/errors";
import type { ArtifactDeclaration } from "@/domain/pipelines/definition";
import { artifactPathProblem } from "@/domain/pipelines/paths";
import { type Opened, type Outside, openInside, openRegular } from "./inside";

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
  const opened = await openRegular(file);
  if (!opened.ok) throw refusalOf(path.basename(file), opened.why);
  return keep(store, opened, path.basename(file), maxBytes);
}

async function keep(
  store: string,
  { handle: source, size }: Extract<Opened, { ok: true }>,
  name: string,
  maxBytes: number,
): Promise<StoredArtifact> {
  const draft = path.join(store, "incoming", randomUUID());
  try {
    if (size > maxBytes) throw new DomainError("INVALID", tooLarge(name, maxBytes));
    await mkdir(path.dirname(draft), { recursive: true });
    const stored = await copyHashing(source, draft, name, maxBytes);
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

/** Why a stored file cannot be installed, as a sentence; null when it can be read. */
export async function artifactProblem(
  file: string,
  version: string,
): Promise<{ isMissing: boolean; sentence: string } | null> {
  const name = `The artifact ${path.basename(file).slice(0, 12)} of ${version}`;
  try {
    await access(file, constants.R_OK);
    return null;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    return code === "ENOENT"
      ? {
          isMissing: true,
          sentence: `${name} is not in the artifact store. Bring it back from a backup and try again, or deploy another release.`,
        }
      : { isMissing: false, sentence: `${name} cannot be read from the artifact store (${code}).` };
  }
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
    const problem = artifactPathProblem(relative);
    if (problem !== null) throw new DomainError("INVALID", problem);
    const opened = await openInside(workDirectory, relative);
    if (!opened.ok) throw refusalOf(relative, opened.why);
    const stored = await keep(store, opened, path.basename(relative), MAX_ARTIFACT_BYTES);
    collected.push({ component, path: relative, ...stored });
  }
  return collected;
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const block of createReadStream(file, { highWaterMark: BLOCK_BYTES }))
    hash.update(block as Buffer);
  return hash.digest("hex");
}

function refusalOf(relative: string, why: Outside): DomainError {
  const sentences: Record<Outside, string> = {
    missing: `The job made no file "${relative}", which it declares.`,
    link: `The artifact "${relative}" is a symbolic link; it must be a regular file.`,
    outside: `The artifact "${relative}" leads outside the job's directory.`,
    foreign: `The artifact "${relative}" is a hard link to a file the job does not own.`,
    unreadable: `The artifact "${relative}" cannot be read as a regular file.`,
    irregular: `The artifact "${relative}" is not a regular file; pack a folder with tar.`,
  };
  return new DomainError("INVALID", sentences[why]);
}

function tooLarge(name: string, maxBytes: number): string {
  return `The artifact "${name}" is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB.`;
}

async function copyHashing(
  source: FileHandle,
  draft: string,
  name: string,
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
      if (sizeBytes > maxBytes) throw new DomainError("INVALID", tooLarge(name, maxBytes));
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
