import { mkdir } from "node:fs/promises";
import path from "node:path";
import { assertDirectory } from "@/server/git/profile";
import { runGitWithoutRepository } from "@/server/git/run";

/** Creates an empty bare repository whose HEAD is master. Harmless when it exists already. */
export async function createBareRepository(directory: string): Promise<void> {
  assertDirectory(directory);
  await mkdir(path.dirname(directory), { recursive: true });
  await runGitWithoutRepository([
    "init",
    "--quiet",
    "--bare",
    "--template=",
    "--object-format=sha1",
    "--initial-branch=master",
    "--end-of-options",
    directory,
  ]);
}
