import type { GitPerson } from "@/domain/git/commit";
import { parseSha, type Sha, ZERO_SHA } from "@/domain/git/sha";
import { assertRef, setRef } from "@/server/git/refs";
import { gitText, runGit } from "@/server/git/run";

/** The first commit of an empty repository at each of the given refs. Whoever asked for it answers for it, as its author. */
export async function makeFirstCommit(
  directory: string,
  input: {
    readonly files: Readonly<Record<string, string>>;
    readonly message: string;
    readonly refs: readonly string[];
    readonly author: GitPerson;
  },
): Promise<Sha> {
  for (const ref of input.refs) assertRef(ref);
  const tree = await writeTree(directory, input.files);
  const { name, email } = input.author;
  const identity = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
  const sha = parseSha(
    await gitText(directory, ["commit-tree", tree, "-m", input.message], { env: identity }),
  );
  for (const ref of input.refs) await setRef(directory, ref, sha, ZERO_SHA);
  return sha;
}

/** Paths are constants of ours: at most one directory deep. */
async function writeTree(directory: string, files: Readonly<Record<string, string>>): Promise<string> {
  const inside = new Map<string, string[]>();
  const top: string[] = [];
  for (const [file, content] of Object.entries(files)) {
    const blob = await gitText(directory, ["hash-object", "-w", "--stdin"], { stdin: content });
    const [folder, name] = file.includes("/") ? file.split("/") : [null, file];
    const entry = `100644 blob ${blob}\t${name}`;
    if (folder) inside.set(folder, [...(inside.get(folder) ?? []), entry]);
    else top.push(entry);
  }
  for (const [folder, entries] of inside) {
    top.push(`040000 tree ${await makeTree(directory, entries)}\t${folder}`);
  }
  return makeTree(directory, top);
}

async function makeTree(directory: string, entries: readonly string[]): Promise<string> {
  const { stdout } = await runGit(directory, ["mktree"], { stdin: `${entries.join("\n")}\n` });
  return stdout.toString("utf8").trim();
}
