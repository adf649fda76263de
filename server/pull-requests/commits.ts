import type { Db } from "@/db/client";
import { workItemKeysIn } from "@/domain/branches/naming";
import { SERVICE_IDENTITY } from "@/domain/git/commit";
import type { Sha } from "@/domain/git/sha";
import { keptCommits } from "../git/kept-readings";
import { addressKey, readOwners } from "../people/addresses";

const MAX_COMMITS = 250;

/** What the head has and the base has not, newest first, with who is known among those who made it. */
export async function readPullRequestCommits(db: Db, directory: string, range: { base: Sha; head: Sha }) {
  const read = await keptCommits(directory, {
    include: [range.head],
    exclude: [range.base],
    limit: MAX_COMMITS + 1,
  });
  const commits = read.slice(0, MAX_COMMITS);
  const addresses = commits.flatMap((commit) => [
    commit.authorEmail,
    ...commit.coAuthors.map((person) => person.email),
  ]);
  const known = await readOwners(db, addresses);
  return {
    items: commits.map((commit) => ({
      sha: commit.sha,
      subject: commit.subject,
      authorName: commit.authorName,
      /** The person that the author's address belongs to; a claim of the commit, not a proof. */
      authorId: known.get(addressKey(commit.authorEmail))?.personId ?? null,
      authoredAt: commit.authoredAt,
      committedAt: commit.committedAt,
      workItemKeys: workItemKeysIn(`${commit.subject}\n${commit.body}`),
      coAuthors: commit.coAuthors.map((person) => ({
        name: person.name,
        personId: known.get(addressKey(person.email))?.personId ?? null,
      })),
      isMerge: commit.parents.length > 1,
      /** Made by Clearway itself: it makes nobody a contributor. */
      isByClearway: commit.committerEmail === SERVICE_IDENTITY.email,
    })),
    hasMore: read.length > MAX_COMMITS,
  };
}
