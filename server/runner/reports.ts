import { lstat, opendir } from "node:fs/promises";
import path from "node:path";
import { matchesPattern } from "@/domain/pipelines/paths";
import { type Outside, openInside } from "./inside";

export const MAX_REPORT_FILES = 500;
export const MAX_REPORT_BYTES = 10 * 1024 * 1024;
export const MAX_ALL_REPORT_BYTES = 50 * 1024 * 1024;
/** So many entries of the directory are looked at before the search is given up. */
const MAX_ENTRIES = 100_000;
const MAX_DEPTH = 30;

export type ReportFile = { readonly path: string; readonly bytes: Uint8Array<ArrayBuffer> };
export type ReportProblem = { readonly path: string; readonly problem: string };
export type CollectedReports = {
  readonly files: readonly ReportFile[];
  readonly problems: readonly ReportProblem[];
};

/** The files of a finished job that its patterns name, in the order of their paths; what was passed over, and why. */
export async function collectReports(
  workDirectory: string,
  patterns: readonly string[],
): Promise<CollectedReports> {
  if (patterns.length === 0) return { files: [], problems: [] };
  const { found, isCut } = await search(workDirectory, patterns);
  const problems: ReportProblem[] = patterns
    .filter((pattern) => !found.some((file) => matchesPattern(pattern, file)))
    .map((pattern) => ({ path: pattern, problem: "No file of the job has this name." }));
  if (isCut) {
    problems.push({
      path: patterns.join(", "),
      problem: `The job left more than ${MAX_ENTRIES} files or folders; not all were searched.`,
    });
  }
  const files: ReportFile[] = [];
  let left = MAX_ALL_REPORT_BYTES;
  for (const [index, file] of found.entries()) {
    const read =
      index >= MAX_REPORT_FILES
        ? `Only the first ${MAX_REPORT_FILES} files of a job are read.`
        : await readInside(workDirectory, file, left);
    if (typeof read === "string") problems.push({ path: file, problem: read });
    else {
      left -= read.length;
      files.push({ path: file, bytes: read });
    }
    if (index >= MAX_REPORT_FILES) break;
  }
  return { files, problems };
}

async function readInside(
  workDirectory: string,
  file: string,
  left: number,
): Promise<Uint8Array<ArrayBuffer> | string> {
  const opened = await openInside(workDirectory, file);
  if (!opened.ok) return REASONS[opened.why];
  const { handle, size } = opened;
  try {
    if (size > MAX_REPORT_BYTES) return `It is larger than ${MAX_REPORT_BYTES / 1024 / 1024} MB.`;
    if (size > left)
      return `The files of the job together are larger than ${MAX_ALL_REPORT_BYTES / 1024 / 1024} MB.`;
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await handle.read(bytes, 0, size, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

const REASONS: Record<Outside, string> = {
  missing: "It is gone.",
  link: "It is a symbolic link; only regular files are read.",
  outside: "It leads outside the job's directory.",
  foreign: "It is a hard link to a file the job does not own.",
  unreadable: "It cannot be read.",
  irregular: "It is not a regular file.",
};

/** Goes down folders, never through links. */
async function search(workDirectory: string, patterns: readonly string[]) {
  const found: string[] = [];
  const pending: { folder: string; depth: number }[] = [{ folder: "", depth: 0 }];
  let entries = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { folder, depth } = next;
    const place = path.join(workDirectory, folder);
    if (!(await lstat(place).catch(() => null))?.isDirectory()) continue;
    const listing = await opendir(place).catch(() => null);
    if (listing === null) continue;
    for await (const entry of listing) {
      entries += 1;
      if (entries > MAX_ENTRIES) return { found: found.toSorted(), isCut: true };
      const relative = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (depth < MAX_DEPTH && relative !== ".git") pending.push({ folder: relative, depth: depth + 1 });
      } else if (patterns.some((pattern) => matchesPattern(pattern, relative))) found.push(relative);
    }
  }
  return { found: found.toSorted(), isCut: false };
}
