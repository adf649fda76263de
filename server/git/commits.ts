import { type GitCommit, parseCoAuthors } from "@/domain/git/commit";
import { isSha, parseSha, type Sha } from "@/domain/git/sha";
import { createFieldReader } from "@/server/git/field-reader";
import { runGit } from "@/server/git/run";
import { assertTrailerKey } from "@/server/git/trailers";

const CO_AUTHORS = "%(trailers:key=Co-authored-by,unfold)";
const FORMAT = ["%H", "%T", "%P", "%an", "%ae", "%at", "%cn", "%ce", "%ct", "%s", "%b", CO_AUTHORS];
const KIB = 1024;
const FIELD_BYTES = [64, 64, 64 * KIB, KIB, KIB, 32, KIB, KIB, 32, 2 * KIB, 64 * KIB, 16 * KIB];
/** Enough for every message of a page of commits; keeps hostile ones from filling memory. */
const KEPT_BYTES = 16 * KIB * KIB;
const READ_BYTES = 1024 * KIB * KIB;
const MAX_COMMITS = 5_000;

/** Commits reachable from `include` and not from `exclude`, newest first, at most `limit`. */
export async function readCommits(
  directory: string,
  input: { readonly include: readonly Sha[]; readonly exclude: readonly Sha[]; readonly limit: number },
): Promise<GitCommit[]> {
  if (input.include.length === 0) return [];
  const limit = Math.min(input.limit, MAX_COMMITS);
  const commits: GitCommit[] = [];
  const reader = createFieldReader({
    fieldBytes: FIELD_BYTES,
    keptBytes: KEPT_BYTES,
    onRecord: (fields) => commits.push(toCommit(fields)),
  });
  await runGit(
    directory,
    [
      "log",
      "--stdin",
      "-z",
      `--max-count=${limit}`,
      "--no-show-signature",
      `--format=tformat:${FORMAT.join("%x00")}`,
    ],
    {
      stdin: [...input.include, ...input.exclude.map((sha) => `^${sha}`), ""].join("\n"),
      onStdout: reader.write,
      maxOutputBytes: READ_BYTES,
    },
  );
  return commits;
}

/**
 * Commits on the first-parent line of `head`, newest first, whose trailer `key` is exactly `value`.
 * Looks at `limit` commits. A trailer is a claim until the caller ties it to its own record.
 */
export async function findByTrailer(
  directory: string,
  input: { readonly head: Sha; readonly key: string; readonly value: string; readonly limit: number },
): Promise<Sha[]> {
  assertTrailerKey(input.key);
  const found: Sha[] = [];
  const reader = createFieldReader({
    fieldBytes: [64, 16 * KIB],
    keptBytes: KEPT_BYTES,
    onRecord: ([sha = "", values = ""]) => {
      if (isSha(sha) && values.split("\x1e").some((value) => value.trim() === input.value)) found.push(sha);
    },
  });
  const trailers = `%(trailers:key=${input.key},valueonly,unfold,separator=%x1e)`;
  await runGit(
    directory,
    [
      "log",
      "-z",
      "--first-parent",
      `--max-count=${input.limit}`,
      "--no-show-signature",
      `--format=tformat:%H%x00${trailers}`,
      "--end-of-options",
      input.head,
    ],
    { onStdout: reader.write, maxOutputBytes: READ_BYTES },
  );
  return found;
}

function toCommit(fields: readonly string[]): GitCommit {
  const [sha = "", tree = "", parents = "", authorName = "", authorEmail = "", authoredAt = ""] = fields;
  const [committerName = "", committerEmail = "", committedAt = ""] = fields.slice(6);
  const [subject = "", body = "", trailers = ""] = fields.slice(9);
  return {
    sha: parseSha(sha),
    tree: parseSha(tree),
    parents: parents.split(" ").filter(isSha),
    authorName,
    authorEmail,
    authoredAt: toDate(authoredAt),
    committerName,
    committerEmail,
    committedAt: toDate(committedAt),
    subject,
    body: body.trimEnd(),
    coAuthors: parseCoAuthors(`${body}\n${trailers}`),
  };
}

const YEAR_9999 = 253_402_300_799;

/** A date git could not read, or one no calendar holds, is the beginning of time. */
function toDate(seconds: string): Date {
  const value = Number(seconds);
  return new Date(Number.isFinite(value) && value >= 0 && value <= YEAR_9999 ? value * 1000 : 0);
}
