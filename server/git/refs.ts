import { isAcceptableComponent, isAcceptableRef } from "@/domain/branches/naming";
import { isSha, parseSha, type Sha, ZERO_SHA } from "@/domain/git/sha";
import { GitError, invalidArgument } from "@/server/git/error";
import { gitText, runGit } from "@/server/git/run";

export type GitBranch = { readonly name: string; readonly sha: Sha };

/** Refs of our own that people neither see nor push, such as merge candidates. */
const OWN_PREFIX = "refs/clearway/";

/** Every branch, whatever its name: names are text to show, not arguments to use. */
export async function listBranches(directory: string): Promise<GitBranch[]> {
  const format = "--format=%(objectname)%00%(refname)";
  const { stdout } = await runGit(directory, ["for-each-ref", format, "refs/heads/"], {
    maxOutputBytes: 64 * 1024 * 1024,
  });
  return stdout
    .toString("utf8")
    .split("\n")
    .flatMap((line) => {
      const [sha = "", ref = ""] = line.split("\0");
      return isSha(sha) ? [{ name: ref.slice("refs/heads/".length), sha }] : [];
    });
}

/**
 * The commit a full ref points at (an annotated tag is followed), or null. Unlike rev-parse, for-each-ref
 * never guesses: a missing refs/heads/x is not found as refs/tags/refs/heads/x.
 */
export async function resolveRef(directory: string, ref: string): Promise<Sha | null> {
  assertRef(ref);
  const format = "--format=%(refname) %(objectname) %(*objectname)";
  const text = await gitText(directory, ["for-each-ref", format, "--end-of-options", ref]);
  for (const line of text.split("\n")) {
    const [name, sha = "", peeled = ""] = line.split(" ");
    if (name === ref) return parseSha(peeled === "" ? sha : peeled);
  }
  return null;
}

export type RefPin = { readonly ref: string; readonly sha: Sha };
export type RefOutcome = "updated" | "stale";

/**
 * Moves `ref` from `oldSha` (ZERO_SHA: it must not exist) to `newSha` only while every ref in `verify` still
 * is where it was: one transaction. "stale" when any of them is elsewhere; nothing was changed then.
 */
export async function updateRefPinned(
  directory: string,
  input: {
    readonly ref: string;
    readonly newSha: Sha;
    readonly oldSha: Sha;
    readonly verify?: readonly RefPin[];
  },
): Promise<RefOutcome> {
  const verify = input.verify ?? [];
  return transact(
    directory,
    [
      ...verify.map((pin) => `verify ${pin.ref} ${pin.sha}`),
      `update ${input.ref} ${input.newSha} ${input.oldSha}`,
    ],
    [{ ref: input.ref, sha: input.oldSha }, ...verify],
  );
}

/** Compare and set of one ref; `oldSha` ZERO_SHA creates it. */
export async function setRef(directory: string, ref: string, newSha: Sha, oldSha: Sha): Promise<RefOutcome> {
  return updateRefPinned(directory, { ref, newSha, oldSha });
}

/** Deletes the ref only while it is at `oldSha`. */
export async function deleteRef(directory: string, ref: string, oldSha: Sha): Promise<RefOutcome> {
  return transact(directory, [`delete ${ref} ${oldSha}`], [{ ref, sha: oldSha }]);
}

/** Moves several refs or none: each from where it must be (ZERO_SHA: nowhere) to where it goes (ZERO_SHA: away). */
export async function transactRefs(
  directory: string,
  moves: readonly { readonly ref: string; readonly from: Sha; readonly to: Sha }[],
): Promise<RefOutcome> {
  return transact(
    directory,
    moves.map(({ ref, from, to }) =>
      to === ZERO_SHA ? `delete ${ref} ${from}` : `update ${ref} ${to} ${from}`,
    ),
    moves.map(({ ref, from }) => ({ ref, sha: from })),
  );
}

export function assertRef(ref: string): void {
  const isOwn = ref.startsWith(OWN_PREFIX) && ref.length <= 244;
  const accepted = isOwn
    ? ref.slice(OWN_PREFIX.length).split("/").every(isAcceptableComponent)
    : isAcceptableRef(ref);
  if (!accepted) throw invalidArgument("This is not a full ref name that Clearway uses.");
}

async function transact(
  directory: string,
  commands: readonly string[],
  pins: readonly RefPin[],
): Promise<RefOutcome> {
  for (const pin of pins) assertRef(pin.ref);
  const stdin = ["start", ...commands, "prepare", "commit", ""].join("\n");
  try {
    await runGit(directory, ["update-ref", "--stdin"], { stdin });
    return "updated";
  } catch (error) {
    if (!(error instanceof GitError) || error.code !== "failed") throw error;
    // What git says differs by version and case; where the refs are now does not.
    for (const pin of pins) {
      if (((await resolveExact(directory, pin.ref)) ?? ZERO_SHA) !== pin.sha) return "stale";
    }
    throw error;
  }
}

/** As resolveRef, without following an annotated tag. */
async function resolveExact(directory: string, ref: string): Promise<string | null> {
  const text = await gitText(directory, ["for-each-ref", "--format=%(refname) %(objectname)", ref]);
  const found = text.split("\n").find((line) => line.startsWith(`${ref} `));
  return found?.slice(ref.length + 1) ?? null;
}
