import { and, inArray, isNotNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { people, pushes } from "@/db/schema";
import { type GitCommit, SERVICE_IDENTITY } from "@/domain/git/commit";
import type { Sha } from "@/domain/git/sha";
import { readCommits } from "../git/commits";

export type Contribution = { personId: string; why: string };
export type Contributors = { known: Contribution[]; unknown: string[]; commits: GitCommit[] };

/** More commits than this in one promotion are not looked through one by one; the oldest are left out of the card only. */
const MAX_COMMITS = 2000;

/**
 * Everybody who had a hand in the commits of `include` that are not in `exclude`: authors, committers, co-authors
 * (by e-mail address) and whoever pushed one of them. Commits that Clearway made count for nobody.
 */
export async function readContributors(
  db: Db,
  directory: string,
  repositoryId: string,
  range: { include: Sha[]; exclude: Sha[] },
): Promise<Contributors> {
  const all = await readCommits(directory, { ...range, limit: MAX_COMMITS });
  const commits = all.filter((commit) => commit.committerEmail !== SERVICE_IDENTITY.email);
  const whys = new Map<string, Set<string>>();
  const add = (email: string, why: string) => {
    const key = email.trim().toLowerCase();
    whys.set(key, (whys.get(key) ?? new Set()).add(why));
  };
  for (const commit of commits) {
    add(commit.authorEmail, "author");
    add(commit.committerEmail, "committer");
    for (const coAuthor of commit.coAuthors) add(coAuthor.email, "co-author");
  }
  whys.delete(SERVICE_IDENTITY.email);
  const addresses = [...whys.keys()];
  const found = addresses.length
    ? await db
        .select({ id: people.id, email: sql<string>`lower(${people.email})` })
        .from(people)
        .where(inArray(sql`lower(${people.email})`, addresses))
    : [];
  const byEmail = new Map(found.map((person) => [person.email, person.id]));
  const known: Contribution[] = [];
  for (const [email, reasons] of whys) {
    const personId = byEmail.get(email);
    if (personId) known.push(...[...reasons].map((why) => ({ personId, why })));
  }
  known.push(...(await readPushers(db, repositoryId, commits)));
  return { known, unknown: addresses.filter((email) => !byEmail.has(email)), commits: all };
}

async function readPushers(db: Db, repositoryId: string, commits: GitCommit[]): Promise<Contribution[]> {
  if (commits.length === 0) return [];
  const rows = await db
    .selectDistinct({ personId: pushes.personId })
    .from(pushes)
    .where(
      and(
        sql`${pushes.repositoryId} = ${repositoryId}`,
        isNotNull(pushes.personId),
        inArray(
          pushes.newSha,
          commits.map((commit) => commit.sha),
        ),
      ),
    );
  return rows.flatMap((row) => (row.personId ? [{ personId: row.personId, why: "pushed" }] : []));
}
