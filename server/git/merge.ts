import { SERVICE_IDENTITY } from "@/domain/git/commit";
import { parseSha, type Sha } from "@/domain/git/sha";
import { GitError } from "@/server/git/error";
import { unexpected } from "@/server/git/history";
import { gitText, runGit } from "@/server/git/run";
import { withTrailers } from "@/server/git/trailers";

export type MergeTree =
  | { readonly clean: true; readonly tree: Sha }
  | { readonly clean: false; readonly conflicts: string[] };

/** What merging `source` into `target` gives, without a work tree. Conflicts are paths, each once. */
export async function mergeTree(directory: string, target: Sha, source: Sha): Promise<MergeTree> {
  const args = ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", "--end-of-options"];
  try {
    const { exitCode, stdout } = await runGit(directory, [...args, target, source], { okCodes: [0, 1] });
    const [tree = "", ...paths] = stdout.toString("utf8").split("\0");
    if (exitCode === 0) return { clean: true, tree: parseSha(tree) };
    return { clean: false, conflicts: [...new Set(paths.filter((path) => path !== ""))] };
  } catch (error) {
    if (error instanceof GitError && error.stderr.includes("refusing to merge unrelated histories")) {
      throw new GitError("unrelated_histories", "The two branches have no history in common.", error);
    }
    throw error;
  }
}

type MergeCommit = {
  readonly tree: Sha;
  readonly target: Sha;
  readonly source: Sha;
  readonly message: string;
  /** Date of author and committer, in whole seconds: it belongs to the operation, not to the attempt. */
  readonly at: Date;
  readonly trailers: Readonly<Record<string, string>>;
};

/** Writes the merge commit under our service identity. The same input gives the same SHA, always. */
export async function writeMergeCommit(directory: string, merge: MergeCommit): Promise<Sha> {
  // Without the @ git takes a small number for a calendar date.
  const date = `@${Math.floor(merge.at.getTime() / 1000)} +0000`;
  const parents = ["-p", merge.target, "-p", merge.source];
  const text = await gitText(directory, ["commit-tree", merge.tree, ...parents, "-F", "-"], {
    stdin: withTrailers(merge.message, merge.trailers),
    env: {
      GIT_AUTHOR_NAME: SERVICE_IDENTITY.name,
      GIT_AUTHOR_EMAIL: SERVICE_IDENTITY.email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: SERVICE_IDENTITY.name,
      GIT_COMMITTER_EMAIL: SERVICE_IDENTITY.email,
      GIT_COMMITTER_DATE: date,
    },
  });
  if (text === "") throw unexpected("commit-tree");
  return parseSha(text);
}
