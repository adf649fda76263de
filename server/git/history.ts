import { isSha, parseSha, type Sha } from "@/domain/git/sha";
import { GitError } from "@/server/git/error";
import { gitText, runGit } from "@/server/git/run";

/** How many commits `head` has that `base` has not, and the other way round. */
export async function aheadBehind(
  directory: string,
  base: Sha,
  head: Sha,
): Promise<{ ahead: number; behind: number }> {
  const range = `${base}...${head}`;
  const text = await gitText(directory, ["rev-list", "--left-right", "--count", "--end-of-options", range]);
  const [behind, ahead] = text.split("\t").map(Number);
  if (ahead === undefined || behind === undefined) throw unexpected("rev-list");
  return { ahead, behind };
}

/** The best common ancestor, or null for histories without one. */
export async function mergeBase(directory: string, one: Sha, other: Sha): Promise<Sha | null> {
  const text = await gitText(directory, ["merge-base", "--end-of-options", one, other], { okCodes: [0, 1] });
  return isSha(text) ? text : null;
}

/** True also when both are the same commit. */
export async function isAncestor(directory: string, ancestor: Sha, descendant: Sha): Promise<boolean> {
  const args = ["merge-base", "--is-ancestor", "--end-of-options", ancestor, descendant];
  return (await runGit(directory, args, { okCodes: [0, 1] })).exitCode === 0;
}

/** How far back a branch's own line of commits is looked at. */
const LINE_LIMIT = 1_000;

/** What has been the head of a branch that now stands at `head`, newest first: the commit itself and its first parents. */
export async function firstParents(directory: string, head: Sha): Promise<Sha[]> {
  const args = ["rev-list", "--first-parent", `--max-count=${LINE_LIMIT}`, "--end-of-options", head];
  return (await gitText(directory, args)).split("\n").filter(isSha);
}

export async function treeOf(directory: string, commit: Sha): Promise<Sha> {
  return parseSha(
    await gitText(directory, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${commit}^{tree}`]),
  );
}

export function unexpected(command: string): GitError {
  return new GitError("failed", `git ${command} answered in a form that was not expected.`);
}
