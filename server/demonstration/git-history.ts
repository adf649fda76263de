import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseSha, type Sha, ZERO_SHA } from "@/domain/git/sha";
import { SPOOL } from "../git/push-spool";
import { gitText, runGit } from "../git/run";

/** A file's new content, null to delete it, or what becomes of its present content. */
export type FileChange = string | null | ((before: string) => string);

export type CommitToMake = {
  readonly author: { readonly name: string; readonly email: string };
  readonly at: Date;
  readonly message: string;
  readonly files: Readonly<Record<string, FileChange>>;
  /** From path to path, before the files are written. */
  readonly renames?: Readonly<Record<string, string>>;
};

/** In an edit: the text must be there, or the story has gone wrong. */
export function replacing(from: string, to: string): (before: string) => string {
  return (before) => {
    if (!before.includes(from)) throw new Error(`a file of the demonstration does not hold ${from}`);
    return before.replace(from, () => to);
  };
}

/** Adds lines at a file's end. */
export function adding(...lines: string[]): (before: string) => string {
  return (before) => `${before}${lines.join("\n")}\n`;
}

/** Commits made by git itself with fixed dates, one after the other, on a branch; answers its new head. */
export async function makeCommits(
  directory: string,
  branch: string,
  from: Sha | null,
  commits: readonly CommitToMake[],
): Promise<Sha> {
  const present = await readForEdits(directory, from, commits);
  const chunks: (string | Buffer)[] = [];
  commits.forEach((commit, index) => {
    const seconds = Math.floor(commit.at.getTime() / 1000);
    const identity = `${commit.author.name} <${commit.author.email}> ${seconds} +0000`;
    chunks.push(
      `commit refs/heads/${branch}\nmark :${index + 1}\nauthor ${identity}\ncommitter ${identity}\n`,
      ...data(`${commit.message}\n`),
    );
    if (index === 0 && from) chunks.push(`from ${from}\n`);
    for (const [before, after] of Object.entries(commit.renames ?? {})) {
      chunks.push(`R ${before} ${after}\n`);
      present.set(after, present.get(before) ?? "");
    }
    for (const [file, change] of Object.entries(commit.files)) {
      if (change === null) {
        chunks.push(`D ${file}\n`);
        continue;
      }
      const content = typeof change === "string" ? change : change(present.get(file) ?? "");
      present.set(file, content);
      chunks.push(`M ${file.endsWith(".sh") ? "100755" : "100644"} inline ${file}\n`, ...data(content));
    }
  });
  chunks.push(`get-mark :${commits.length}\ndone\n`);
  const stdin = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk)));
  return parseSha(await gitText(directory, ["fast-import", "--quiet", "--force", "--done"], { stdin }));
}

function data(content: string): (string | Buffer)[] {
  const bytes = Buffer.from(content);
  return [`data ${bytes.length}\n`, bytes, "\n"];
}

/** What the files that are edited, not replaced, hold at `from`. */
async function readForEdits(
  directory: string,
  from: Sha | null,
  commits: readonly CommitToMake[],
): Promise<Map<string, string>> {
  const names = commits.flatMap((commit) => [
    ...Object.keys(commit.renames ?? {}),
    ...Object.entries(commit.files).flatMap(([file, change]) => (typeof change === "function" ? [file] : [])),
  ]);
  const wanted = from ? [...new Set(names)] : [];
  const present = new Map<string, string>();
  if (wanted.length === 0) return present;
  const stdin = wanted.map((name) => `${from}:${name}\n`).join("");
  const { stdout } = await runGit(directory, ["cat-file", "--batch"], { stdin });
  let offset = 0;
  for (const name of wanted) {
    const end = stdout.indexOf(10, offset);
    const size = / blob (\d+)$/.exec(stdout.toString("utf8", offset, end))?.[1];
    offset = end + 1;
    if (size === undefined) continue;
    present.set(name, stdout.toString("utf8", offset, offset + Number(size)));
    offset += Number(size) + 1;
  }
  return present;
}

/** The note that the post-receive hook leaves of a push. */
export async function notePush(
  directory: string,
  push: {
    id: string;
    personId: string;
    moves: readonly { branch: string; oldSha: Sha | null; newSha: Sha }[];
  },
): Promise<void> {
  const spool = path.join(directory, SPOOL);
  await mkdir(spool, { recursive: true });
  const draft = path.join(spool, `.${push.id}.new`);
  const lines = push.moves.map(
    ({ branch, oldSha, newSha }) => `${oldSha ?? ZERO_SHA} ${newSha} refs/heads/${branch}\n`,
  );
  await writeFile(draft, `person ${push.personId}\n${lines.join("")}`);
  await rename(draft, path.join(spool, push.id));
}
