import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Sha } from "@/domain/git/sha";
import { GitError, invalidArgument } from "@/server/git/error";
import { assertDirectory } from "@/server/git/profile";
import { gitText, runGit } from "@/server/git/run";

/**
 * A regular file's bytes at a commit; null when there is none at that path (links and directories are none).
 * Throws GitError `output_too_large` above `maxBytes`.
 */
export async function readFile(
  directory: string,
  commit: Sha,
  filePath: string,
  maxBytes: number,
): Promise<Buffer | null> {
  const parts = filePath.split("/");
  if (filePath.includes("\0") || parts.some((part) => part === "" || part === "." || part === "..")) {
    throw invalidArgument("A file's path goes down from the top of the repository.");
  }
  const listed = await gitText(directory, ["ls-tree", "-l", "-z", "--end-of-options", commit, filePath]);
  const entry = /^100(?:644|755) blob ([0-9a-f]{40}) +(\d+)\t/.exec(listed);
  const [, blob, size] = entry ?? [];
  if (blob === undefined) return null;
  if (Number(size) > maxBytes) {
    throw new GitError("output_too_large", `The file is larger than the ${maxBytes} bytes that are read.`);
  }
  return (await runGit(directory, ["cat-file", "blob", blob], { maxOutputBytes: maxBytes })).stdout;
}

/**
 * Writes a commit's tree into an empty (or new) directory, symbolic links included, `.git` look-alikes
 * refused. Submodules stay empty directories.
 */
export async function checkoutTree(directory: string, commit: Sha, targetDirectory: string): Promise<void> {
  assertDirectory(targetDirectory);
  await mkdir(targetDirectory, { recursive: true });
  if ((await readdir(targetDirectory)).length > 0) {
    throw invalidArgument("A tree is checked out into an empty directory only.");
  }
  const scratch = await mkdtemp(path.join(tmpdir(), "clearway-index-"));
  try {
    const options = {
      profile: "checkout",
      workTree: targetDirectory,
      env: { GIT_INDEX_FILE: path.join(scratch, "index") },
      timeoutMs: 120_000,
    } as const;
    await runGit(directory, ["read-tree", "--end-of-options", commit], options);
    await runGit(directory, ["checkout-index", "--all", "--quiet"], options);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
