import { randomUUID } from "node:crypto";
import { link, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { processStartedAt } from "./processes";

/** What a job leaves of its log at most; a job that writes more is stopped. */
export const MAX_LOG_BYTES = 10 * 1024 * 1024;
const START_GRACE_MS = 5000;

export const STOP_REASONS = ["timed_out", "cancelled", "log_limit"] as const;
export type StopReason = (typeof STOP_REASONS)[number];

export type JobReading =
  /** `pid` is null in the moment before the job's shell has begun. */
  | { readonly state: "running"; readonly pid: number | null }
  | { readonly state: "exited"; readonly code: number }
  /** Gone without saying how it ended: the machine was restarted, or somebody killed it. */
  | { readonly state: "lost" };

export type LogChunk = { readonly offset: number; readonly text: string; readonly nextOffset: number };

export type Begun = { readonly pid: number; readonly startedAt: string; readonly at: Date };

/** How the job stands, for whoever asks: nothing is needed but the control directory. */
export async function readJob(controlDirectory: string): Promise<JobReading> {
  const exit = await readExit(controlDirectory);
  if (exit !== null) return exit;
  const begun = await readBegun(controlDirectory);
  if (begun === null) {
    const prepared = await stat(path.join(controlDirectory, "job.json")).catch(() => null);
    if (prepared !== null && Date.now() - prepared.mtimeMs < START_GRACE_MS)
      return { state: "running", pid: null };
    if (prepared === null || (await declareLost(controlDirectory))) return { state: "lost" };
    return readJob(controlDirectory);
  }
  if (processStartedAt(begun.pid) === begun.startedAt) return { state: "running", pid: begun.pid };
  // It may have written its exit between our two looks.
  return (await readExit(controlDirectory)) ?? { state: "lost" };
}

/**
 * A piece of the job's output from a byte offset, at most `maxBytes` (4 or more), cut between characters. With
 * `final` what remains is told even when it ends inside a character. NUL becomes U+FFFD.
 */
export async function readLog(
  controlDirectory: string,
  offset: number,
  maxBytes: number,
  { final = false }: { final?: boolean } = {},
): Promise<LogChunk> {
  const length = Math.max(0, Math.min(Math.max(4, maxBytes), MAX_LOG_BYTES - offset));
  const file = await open(path.join(controlDirectory, "output.log"), "r").catch(() => null);
  if (file === null) return { offset, text: "", nextOffset: offset };
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, offset);
    const isLast = final && bytesRead < length;
    const whole = isLast ? bytesRead : bytesRead - unfinishedBytes(buffer.subarray(0, bytesRead));
    const text = buffer.toString("utf8", 0, whole).replaceAll("\u0000", "\ufffd");
    return { offset, text, nextOffset: offset + whole };
  } finally {
    await file.close();
  }
}

export async function logSize(controlDirectory: string): Promise<number> {
  return (await stat(path.join(controlDirectory, "output.log")).catch(() => null))?.size ?? 0;
}

/** Who runs the job; pid 0 when it was declared lost before it began. */
export async function readBegun(controlDirectory: string): Promise<Begun | null> {
  const file = path.join(controlDirectory, "begun");
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return null;
  const [pid, startedAt] = text.trim().split(" ");
  return { pid: Number(pid), startedAt: startedAt ?? "", at: (await stat(file)).mtime };
}

/** True when the job had not begun and now never will. */
export async function declareLost(controlDirectory: string): Promise<boolean> {
  return linkOnce(controlDirectory, "begun", "0 never\n");
}

/** The first reason to stop a job is the one that stays. */
export async function writeStop(controlDirectory: string, reason: StopReason): Promise<void> {
  await linkOnce(controlDirectory, "stop", `${reason}\n`);
}

export async function readStop(controlDirectory: string): Promise<StopReason | null> {
  const text = await readFile(path.join(controlDirectory, "stop"), "utf8").catch(() => "");
  return STOP_REASONS.find((reason) => reason === text.trim()) ?? null;
}

export const JobRecord = z.strictObject({ mark: z.string() });

export async function readMark(controlDirectory: string): Promise<string> {
  const text = await readFile(path.join(controlDirectory, "job.json"), "utf8");
  return JobRecord.parse(JSON.parse(text)).mark;
}

async function readExit(controlDirectory: string): Promise<{ state: "exited"; code: number } | null> {
  const text = await readFile(path.join(controlDirectory, "exit"), "utf8").catch(() => null);
  return text === null ? null : { state: "exited", code: Number(text) };
}

/** Creates the file with its whole content, or not at all when it exists. */
async function linkOnce(directory: string, name: string, content: string): Promise<boolean> {
  const draft = path.join(directory, `${name}.${randomUUID()}`);
  await writeFile(draft, content);
  try {
    await link(draft, path.join(directory, name));
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** How many bytes at the end belong to a character that is not complete yet. */
function unfinishedBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    const needed = byte >= 0b1111_0000 ? 4 : byte >= 0b1110_0000 ? 3 : byte >= 0b1100_0000 ? 2 : 1;
    return needed > back ? back : 0;
  }
  return 0;
}
