import { inArray, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { people } from "@/db/schema";
import { workItemKeysIn } from "@/domain/branches/naming";
import { SERVICE_IDENTITY } from "@/domain/git/commit";
import type { Sha } from "@/domain/git/sha";
import { keptCommits } from "../git/kept-readings";

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
  const known = await peopleByAddress(db, addresses);
  return {
    items: commits.map((commit) => ({
      sha: commit.sha,
      subject: commit.subject,
      authorName: commit.authorName,
      /** The person that the author's address belongs to; a claim of the commit, not a proof. */
      authorId: known.get(commit.authorEmail.toLowerCase())?.id ?? null,
      authoredAt: commit.authoredAt,
      committedAt: commit.committedAt,
      workItemKeys: workItemKeysIn(`${commit.subject}\n${commit.body}`),
      coAuthors: commit.coAuthors.map((person) => ({
        name: person.name,
        personId: known.get(person.email.toLowerCase())?.id ?? null,
      })),
      isMerge: commit.parents.length > 1,
      /** Made by Clearway itself: it makes nobody a contributor. */
      isByClearway: commit.committerEmail === SERVICE_IDENTITY.email,
    })),
    hasMore: read.length > MAX_COMMITS,
  };
}

async function peopleByAddress(db: Db, addresses: string[]): Promise<Map<string, { id: string }>> {
  const wanted = [...new Set(addresses.map((address) => address.trim().toLowerCase()))];
  if (wanted.length === 0) return new Map();
  const rows = await db
    .select({ id: people.id, email: sql<string>`lower(${people.email})` })
    .from(people)
    .where(inArray(sql`lower(${people.email})`, wanted));
  return new Map(rows.map((row) => [row.email, { id: row.id }]));
}
