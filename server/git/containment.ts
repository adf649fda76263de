import type { Sha } from "@/domain/git/sha";
import { isSha } from "@/domain/git/sha";
import { runGit } from "@/server/git/run";

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** Which of `commits` none of `heads` contains. One git program, however many commits are asked about. */
export async function commitsNotIn(
  directory: string,
  heads: readonly Sha[],
  commits: readonly Sha[],
): Promise<Set<Sha>> {
  if (commits.length === 0) return new Set();
  const { stdout } = await runGit(directory, ["rev-list", "--stdin"], {
    stdin: [...commits, ...heads.map((sha) => `^${sha}`), ""].join("\n"),
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  const outside = new Set(stdout.toString("utf8").split("\n").filter(isSha));
  return new Set(commits.filter((sha) => outside.has(sha)));
}
