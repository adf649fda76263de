import type { Sha } from "@/domain/git/sha";

export type GitPerson = { readonly name: string; readonly email: string };

/** As git tells it. Names and addresses are claims of whoever made the commit, never an identity. */
export type GitCommit = {
  readonly sha: Sha;
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly authorName: string;
  readonly authorEmail: string;
  readonly authoredAt: Date;
  readonly committerName: string;
  readonly committerEmail: string;
  readonly committedAt: Date;
  readonly subject: string;
  /** At most 64 KiB of the message after its subject. */
  readonly body: string;
  readonly coAuthors: readonly GitPerson[];
};

/** The identity under which Clearway itself commits; it makes nobody a contributor. */
export const SERVICE_IDENTITY: GitPerson = { name: "Clearway", email: "clearway@localhost" };

const MAX_CO_AUTHORS = 100;

/** Every `Co-authored-by:` line wherever it stands: a contributor too many is the safe side. */
export function parseCoAuthors(message: string): GitPerson[] {
  const people = new Map<string, GitPerson>();
  for (const [, name = "", email = ""] of message.matchAll(
    /^[ \t]{0,8}co-authored-by:[ \t]{0,8}([^<>\n]{0,200})<([^<>\n]{1,254})>/gim,
  )) {
    people.set(email.trim().toLowerCase(), { name: name.trim(), email: email.trim() });
    if (people.size === MAX_CO_AUTHORS) break;
  }
  return [...people.values()];
}
