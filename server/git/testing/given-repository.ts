import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseSha, type Sha } from "@/domain/git/sha";
import { createBareRepository } from "@/server/git/repository";
import { gitText } from "@/server/git/run";

export type Scratch = { readonly directory: string; readonly remove: () => Promise<void> };

export async function givenDirectory(): Promise<Scratch> {
  const directory = await mkdtemp(path.join(tmpdir(), "clearway-git-test-"));
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

export async function givenRepository(parent: string, name = "payments.git"): Promise<string> {
  const directory = path.join(parent, name);
  await createBareRepository(directory);
  return directory;
}

type GivenCommit = {
  readonly ref?: string;
  /** Path to content; null removes, a `mode` other than 100644 makes a link or a program. */
  readonly files?: Readonly<Record<string, string | Buffer | null>>;
  readonly modes?: Readonly<Record<string, string>>;
  readonly parents?: readonly Sha[];
  readonly message?: string | Buffer;
  readonly author?: string;
  readonly at?: number;
};

/** Writes a commit by fast-import, which takes any bytes, and moves `ref` (default master) to it. */
export async function givenCommit(directory: string, given: GivenCommit = {}): Promise<Sha> {
  const at = given.at ?? 1_770_000_000;
  const author = given.author ?? "Asha Rai <asha@example.com>";
  const [from, ...merged] = given.parents ?? [];
  const chunks: (string | Buffer)[] = [
    `commit ${given.ref ?? "refs/heads/master"}\nmark :1\n`,
    `author ${author} ${at} +0545\ncommitter ${author} ${at} +0545\n`,
    ...data(given.message ?? "Change"),
    ...(from ? [`from ${from}\n`] : []),
    ...merged.map((sha) => `merge ${sha}\n`),
  ];
  for (const [file, content] of Object.entries(given.files ?? {})) {
    const quoted = `"${file.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
    if (content === null) chunks.push(`D ${quoted}\n`);
    else chunks.push(`M ${given.modes?.[file] ?? "100644"} inline ${quoted}\n`, ...data(content));
  }
  chunks.push("get-mark :1\ndone\n");
  const stdin = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk)));
  return parseSha(await gitText(directory, ["fast-import", "--quiet", "--force", "--done"], { stdin }));
}

function data(content: string | Buffer): (string | Buffer)[] {
  const bytes = Buffer.from(content);
  return [`data ${bytes.length}\n`, bytes, "\n"];
}

/** Ids of living processes whose command line or environment contains `marker`; Linux only. */
export async function processesWith(marker: string): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    const read = (name: string) => readFile(`/proc/${entry}/${name}`, "latin1").catch(() => "");
    if (((await read("cmdline")) + (await read("environ"))).includes(marker)) found.push(Number(entry));
  }
  return found;
}
