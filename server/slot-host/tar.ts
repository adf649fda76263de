import { createHash } from "node:crypto";
import { closeSync, createReadStream, openSync, writeSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

const BLOCK = 512;
const MAX_ENTRIES = 10_000;
const MAX_UNPACKED_BYTES = 1024 * 1024 * 1024;
const MAX_NAME_BYTES = 4096;

/** The archive cannot be installed; the message says why. */
export class UnusableArchive extends Error {}

/**
 * Unpacks a tar (plain or gzip) into an existing empty directory and answers the SHA-256 of each file by path. One reader both
 * judges and writes, so no name can be judged differently from how it is written. Only regular files and folders with
 * relative names are taken: links, devices, absolute names and `..` make the whole archive unusable.
 */
export async function unpackTar(archive: string, directory: string): Promise<Map<string, string>> {
  const bytes = new ByteReader(await openArchive(archive));
  const files = new Map<string, string>();
  const folders = new Set<string>();
  const makeFolder = async (name: string): Promise<void> => {
    if (folders.has(name)) return;
    await mkdir(path.join(directory, name), { recursive: true }).catch(() => {
      throw new UnusableArchive("The archive holds a file and a folder of the same name.");
    });
    folders.add(name);
  };
  let longName: string | null = null;
  let total = 0;
  try {
    for (let entries = 0; ; entries += 1) {
      const header = await bytes.take(BLOCK);
      if (header === null || header.every((byte) => byte === 0)) break;
      if (entries >= MAX_ENTRIES)
        throw new UnusableArchive(`The archive has more than ${MAX_ENTRIES} entries.`);
      const entry = readHeader(header);
      total += entry.size;
      if (total > MAX_UNPACKED_BYTES)
        throw new UnusableArchive("The archive is larger than 1 GB when unpacked.");
      if (entry.type === "x" || entry.type === "L") {
        const extra = await readExtra(bytes, entry.size);
        longName = entry.type === "L" ? textOf(extra) : (paxPath(extra) ?? longName);
        continue;
      }
      if (entry.type === "g") {
        await readExtra(bytes, entry.size);
        continue;
      }
      const name = safeName(longName ?? entry.name);
      longName = null;
      if (entry.type === "5") {
        await makeFolder(name);
      } else if (entry.type === "0" || entry.type === "\0") {
        if (name === "" || files.has(name)) throw new UnusableArchive(`The archive holds "${name}" twice.`);
        await makeFolder(path.dirname(name));
        files.set(name, await writeEntry(bytes, path.join(directory, name), entry.size));
      } else {
        throw new UnusableArchive(
          `"${name}" in the archive is neither a file nor a folder; links are not installed.`,
        );
      }
    }
  } finally {
    bytes.close();
  }
  if (files.size === 0) throw new UnusableArchive("The archive holds no files.");
  return files;
}

type Header = { readonly name: string; readonly size: number; readonly type: string };

function readHeader(header: Buffer): Header {
  let sum = 0;
  for (const [index, byte] of header.entries()) sum += index >= 148 && index < 156 ? 0x20 : byte;
  if (octal(header.subarray(148, 156)) !== sum)
    throw new UnusableArchive("The artifact is not a tar archive.");
  const isUstar = header.toString("latin1", 257, 263) === "ustar\0";
  const prefix = isUstar ? textOf(header.subarray(345, 500)) : "";
  const name = textOf(header.subarray(0, 100));
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    size: octal(header.subarray(124, 136)),
    type: String.fromCharCode(header[156] ?? 0),
  };
}

function octal(field: Buffer): number {
  const text = textOf(field).trim();
  if (!/^[0-7]{1,11}$/.test(text)) throw new UnusableArchive("The artifact is not a tar archive.");
  return Number.parseInt(text, 8);
}

function textOf(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? field.length : end);
}

/** Records of a pax header: `<length> <key>=<value>\n`. A size or link set there is not what we install. */
function paxPath(extra: Buffer): string | null {
  let found: string | null = null;
  for (let offset = 0; offset < extra.length; ) {
    const space = extra.indexOf(0x20, offset);
    const length = Number(extra.toString("latin1", offset, space));
    if (space < 0 || !Number.isInteger(length) || length < 5 || offset + length > extra.length) {
      throw new UnusableArchive("The archive has a broken extended header.");
    }
    const record = extra.toString("utf8", space + 1, offset + length - 1);
    const [key = "", value = ""] = [
      record.slice(0, record.indexOf("=")),
      record.slice(record.indexOf("=") + 1),
    ];
    if (key === "size" || key === "linkpath" || key.startsWith("GNU.sparse")) {
      throw new UnusableArchive(
        "The archive uses links, sparse files or files over 8 GB, which are not installed.",
      );
    }
    if (key === "path") found = value;
    offset += length;
  }
  return found;
}

/** "" stands for the root of the archive. */
function safeName(name: string): string {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  const isUnsafe = name.startsWith("/") || parts.includes("..") || /[\p{Cc}\\]/u.test(name);
  if (isUnsafe || parts.some((part) => part === "__proto__" || Buffer.byteLength(part) > 255)) {
    throw new UnusableArchive(`The archive holds an unsafe name: ${JSON.stringify(name.slice(0, 200))}.`);
  }
  return parts.join("/");
}

async function readExtra(bytes: ByteReader, size: number): Promise<Buffer> {
  if (size > MAX_NAME_BYTES * 2)
    throw new UnusableArchive("The archive has an extended header that is too long.");
  const padded = await bytes.take(Math.ceil(size / BLOCK) * BLOCK);
  if (padded === null) throw new UnusableArchive("The archive ends too early.");
  return padded.subarray(0, size);
}

async function writeEntry(bytes: ByteReader, target: string, size: number): Promise<string> {
  const hash = createHash("sha256");
  // Without waiting: for the small files of a service, handing each step to the thread pool costs more than the step.
  const file = openNew(target);
  try {
    for (let left = size; left > 0; ) {
      const piece = await bytes.some(left);
      if (piece === null) throw new UnusableArchive("The archive ends too early.");
      hash.update(piece);
      for (let written = 0; written < piece.length; ) written += writeSync(file, piece, written);
      left -= piece.length;
    }
  } finally {
    closeSync(file);
  }
  const padding = (BLOCK - (size % BLOCK)) % BLOCK;
  const isWhole = padding === 0 || (await bytes.take(padding)) !== null;
  if (!isWhole) throw new UnusableArchive("The archive ends too early.");
  return hash.digest("hex");
}

function openNew(target: string): number {
  try {
    return openSync(target, "wx", 0o644);
  } catch {
    throw new UnusableArchive("The archive holds a file and a folder of the same name.");
  }
}

async function openArchive(archive: string): Promise<Readable> {
  const handle = await open(archive, "r");
  const magic = Buffer.alloc(2);
  await handle.read(magic, 0, 2, 0);
  await handle.close();
  const raw = createReadStream(archive);
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) return raw;
  const unzipped = createGunzip();
  raw.on("error", (error) => unzipped.destroy(error));
  unzipped.on("close", () => raw.destroy());
  return raw.pipe(unzipped);
}

/** Takes exact numbers of bytes from a stream. */
class ByteReader {
  readonly #source: Readable;
  readonly #blocks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: Readable) {
    this.#source = source;
    this.#blocks = source[Symbol.asyncIterator]();
  }

  /** Exactly `count` bytes; null when the stream ends before. */
  async take(count: number): Promise<Buffer | null> {
    const pieces: Buffer[] = [];
    for (let left = count; left > 0; ) {
      const piece = await this.some(left);
      if (piece === null) return null;
      pieces.push(piece);
      left -= piece.length;
    }
    return pieces.length === 1 ? (pieces[0] ?? null) : Buffer.concat(pieces);
  }

  /** Between 1 and `count` bytes; null at the end. */
  async some(count: number): Promise<Buffer | null> {
    while (this.#rest.length === 0) {
      const next = await this.#blocks.next().catch(() => {
        throw new UnusableArchive("The artifact is not a readable archive.");
      });
      if (next.done === true) return null;
      this.#rest = next.value;
    }
    const piece = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return piece;
  }

  close(): void {
    this.#source.destroy();
  }
}
