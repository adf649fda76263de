import { isSha, type Sha } from "@/domain/git/sha";
import { runGit } from "@/server/git/run";

export type CommitSize = { added: number; removed: number };

const COUNTED = /(\d+) insertions?\(\+\)|(\d+) deletions?\(-\)/g;

/** Lines added and removed by each commit against its parent; merges count nothing. Nothing people wrote is read. */
export async function readCommitSizes(
  directory: string,
  input: { readonly include: readonly Sha[]; readonly exclude: readonly Sha[]; readonly limit: number },
): Promise<Map<Sha, CommitSize>> {
  const args = ["log", "--stdin", `--max-count=${input.limit}`, "--no-ext-diff", "--no-textconv"];
  const { stdout } = await runGit(directory, [...args, "--shortstat", "--format=tformat:%H"], {
    stdin: [...input.include, ...input.exclude.map((sha) => `^${sha}`), ""].join("\n"),
  });
  const sizes = new Map<Sha, CommitSize>();
  let current: CommitSize | undefined;
  for (const line of stdout.toString("utf8").split("\n")) {
    if (isSha(line)) {
      current = { added: 0, removed: 0 };
      sizes.set(line, current);
    } else if (current) {
      for (const [, added, removed] of line.matchAll(COUNTED)) {
        current.added += Number(added ?? 0);
        current.removed += Number(removed ?? 0);
      }
    }
  }
  return sizes;
}
