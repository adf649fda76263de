import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { isSha, type Sha } from "@/domain/git/sha";
import { invalidArgument } from "@/server/git/error";

/** Inside the repository; one file per push, complete when it has its name. */
export const SPOOL = "clearway-pushes";

export type SpooledPush = {
  readonly id: string;
  readonly personId: string;
  /** oldSha is ZERO_SHA for a new ref, newSha for a deleted one. */
  readonly refs: readonly { readonly ref: string; readonly oldSha: Sha; readonly newSha: Sha }[];
};

/** Pushes not yet taken note of, oldest first. They stay until removePush. */
export async function readPushSpool(directory: string): Promise<SpooledPush[]> {
  const spool = path.join(directory, SPOOL);
  const names = await readdir(spool).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const pushes: SpooledPush[] = [];
  for (const id of names.filter((name) => isPushId(name)).sort()) {
    // Another process may have removed it since it was listed.
    const text = await readFile(path.join(spool, id), "utf8").catch(() => null);
    const push = text === null ? null : parsePush(id, text);
    if (push) pushes.push(push);
  }
  return pushes;
}

/** Harmless when it is gone already. */
export async function removePush(directory: string, id: string): Promise<void> {
  if (!isPushId(id)) throw invalidArgument("This is not the name of a push.");
  await rm(path.join(directory, SPOOL, id), { force: true });
}

function isPushId(name: string): boolean {
  return /^[A-Za-z0-9-]{1,100}$/.test(name);
}

function parsePush(id: string, text: string): SpooledPush | null {
  const [first = "", ...lines] = text.split("\n");
  const personId = /^person ([A-Za-z0-9_-]+)$/.exec(first)?.[1];
  if (personId === undefined) return null;
  const refs = lines.flatMap((line) => {
    const [oldSha = "", newSha = "", ref = ""] = line.split(" ");
    return isSha(oldSha) && isSha(newSha) && ref.startsWith("refs/") ? [{ ref, oldSha, newSha }] : [];
  });
  return { id, personId, refs };
}
