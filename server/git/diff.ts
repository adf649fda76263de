import { type ChangedFile, type FileDiff, type FileStatus, parseDiff } from "@/domain/git/diff";
import type { Sha } from "@/domain/git/sha";
import { runGit } from "@/server/git/run";

/** No program of a repository's choice runs, and inexact renames are looked for among 200 files at most. */
const DIFF = ["diff-tree", "-r", "--find-renames", "-l200", "--no-color", "--no-ext-diff", "--no-textconv"];
const DEFAULT_MAX_BYTES = 2 * 1024 * 1024;
const STATUS: Record<string, FileStatus> = {
  A: "added",
  C: "copied",
  D: "deleted",
  M: "modified",
  R: "renamed",
  T: "type_changed",
};

/**
 * Files that differ between two commits (or trees), as they are: for what a branch brings, pass the merge
 * base as `base`; for what is new since a look, the head that was looked at.
 */
export async function changedFiles(directory: string, base: Sha, head: Sha): Promise<ChangedFile[]> {
  const args = [...DIFF, "-z", "--raw", "--numstat", "--end-of-options", base, head];
  const { stdout } = await runGit(directory, args, { maxOutputBytes: 32 * 1024 * 1024 });
  const tokens = stdout.toString("utf8").split("\0");
  const files = new Map<string, ChangedFile>();
  let at = 0;
  const next = () => tokens[at++] ?? "";

  while (tokens[at]?.startsWith(":")) {
    const letter = next().split(" ")[4]?.[0] ?? "M";
    const isPair = letter === "R" || letter === "C";
    const first = next();
    const path = isPair ? next() : first;
    const status = STATUS[letter] ?? "modified";
    files.set(path, { path, ...(isPair ? { oldPath: first } : {}), status, added: null, removed: null });
  }
  while (at < tokens.length - 1) {
    const record = next();
    const [added = "", removed = ""] = record.split("\t", 2);
    let path = record.slice(added.length + removed.length + 2);
    if (path === "") {
      next();
      path = next();
    }
    const file = files.get(path);
    if (file && added !== "-") files.set(path, { ...file, added: Number(added), removed: Number(removed) });
  }
  return [...files.values()];
}

/**
 * The same comparison with its lines. Every changed file is listed; where `maxBytes` of patch ended,
 * files are marked truncated. A file that turned into a link is shown as deleted and added.
 */
export async function fileDiff(
  directory: string,
  base: Sha,
  head: Sha,
  options: { readonly maxBytes?: number } = {},
): Promise<FileDiff[]> {
  const args = [...DIFF, "--patch", "--unified=3", "--src-prefix=a/", "--dst-prefix=b/"];
  const { stdout, truncated } = await runGit(directory, [...args, "--end-of-options", base, head], {
    maxOutputBytes: options.maxBytes ?? DEFAULT_MAX_BYTES,
    truncate: true,
  });
  const files = parseDiff(stdout.toString("utf8"), truncated);
  if (!truncated) return files;

  const read = new Set(files.map((file) => file.path));
  const unread = (await changedFiles(directory, base, head)).filter((file) => !read.has(file.path));
  return [
    ...files,
    ...unread.map(({ path, oldPath, status, added }) => ({
      path,
      oldPath: oldPath ?? null,
      status,
      binary: added === null,
      truncated: true,
      hunks: [],
    })),
  ];
}
