import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import {
  deployments,
  mergeCandidates,
  people,
  promotions,
  pushes,
  releases,
  repositoryImports,
  slots,
} from "@/db/schema";
import { type GitCommit, SERVICE_IDENTITY } from "@/domain/git/commit";
import { parseSha, type Sha } from "@/domain/git/sha";
import type { Context } from "../context";
import { readCommits } from "../git/commits";
import { addressKey, readOwners } from "../people/addresses";
import { repositoryDirectory } from "../repositories/location";
import type { LoadedPromotion } from "./rows";

/** Of people who were found to be one, the one who stayed. */
const canonical = sql<string>`coalesce(${people.sameAsId}, ${people.id})`;

export type Contribution = { personId: string; why: string };
export type Contributors = {
  known: Contribution[];
  unknown: string[];
  commits: GitCommit[];
  /** Without the merges that Clearway itself made. */
  own: GitCommit[];
};

/** What is larger cannot be vouched for: the gate says so instead of leaving somebody out. */
const MAX_COMMITS = 5000;

/**
 * Everybody (under the name they are known by) who had a hand in the commits of `include` that are not in `exclude`: authors, committers, co-authors
 * (by any e-mail address that somebody has or had) and whoever pushed one of them. Commits that Clearway made count for nobody; which those are
 * is known from its own candidates, never from the address in a commit, which anybody can write. Nor does what master
 * held when the repository was imported.
 */
export async function readContributors(
  db: Db,
  directory: string,
  repositoryId: string,
  range: { include: Sha[]; exclude: Sha[] },
): Promise<Contributors> {
  const exclude = [...range.exclude, ...(await importedHistory(db, repositoryId))];
  const all = await readCommits(directory, { include: range.include, exclude, limit: MAX_COMMITS });
  const made = await madeByClearway(db, repositoryId, all);
  const commits = all.filter((commit) => !made.has(commit.sha));
  const whys = new Map<string, Set<string>>();
  const add = (email: string, why: string) => {
    const key = addressKey(email);
    whys.set(key, (whys.get(key) ?? new Set()).add(why));
  };
  for (const commit of commits) {
    add(commit.authorEmail, "author");
    add(commit.committerEmail, "committer");
    for (const coAuthor of commit.coAuthors) add(coAuthor.email, "co-author");
  }
  const addresses = [...whys.keys()];
  const owners = await readOwners(db, addresses);
  const known: Contribution[] = [];
  for (const [email, reasons] of whys) {
    const personId = owners.get(email)?.canonicalId;
    if (personId) known.push(...[...reasons].map((why) => ({ personId, why })));
  }
  known.push(...(await readPushers(db, repositoryId, commits)));
  const unknown = addresses.filter((email) => !owners.has(email));
  if (all.length >= MAX_COMMITS) unknown.push(`whoever made more than ${MAX_COMMITS} commits`);
  return { known, unknown, commits: all, own: commits };
}

/** Of addresses that were nobody's when they were written down, those that have become somebody's: a hand of theirs. */
export async function settleUnknown(
  db: Db,
  unknown: readonly string[],
): Promise<Pick<Contributors, "known" | "unknown">> {
  const owners = await readOwners(db, unknown);
  return {
    known: [...owners.values()].map(({ canonicalId }) => ({ personId: canonicalId, why: "author" })),
    unknown: unknown.filter((address) => !owners.has(addressKey(address))),
  };
}

/** `over`: the deployment that was live in the slot at that moment, by its id. */
export type Brought = Contributors & { over: string | null };

/** Who had a hand in what a release brings to its slot, over what is live there now: that changes while it waits. */
export async function readBrought(
  ctx: Context,
  { promotion, repository, revision }: LoadedPromotion,
): Promise<Brought> {
  const [there] = await ctx.db
    .select({ over: slots.currentDeploymentId, liveSha: releases.sourceSha })
    .from(slots)
    .leftJoin(deployments, eq(deployments.id, slots.currentDeploymentId))
    .leftJoin(releases, eq(releases.id, deployments.releaseId))
    .where(eq(slots.id, promotion.slotId ?? ""));
  const people = await readContributors(ctx.db, repositoryDirectory(ctx, repository), repository.id, {
    include: [parseSha(revision.sourceSha)],
    exclude: there?.liveSha ? [parseSha(there.liveSha)] : [],
  });
  return { ...people, over: there?.over ?? null };
}

/** Master as it was brought in from elsewhere. Whoever wrote what is older is often known to nobody here. */
async function importedHistory(db: Db, repositoryId: string): Promise<Sha[]> {
  const [row] = await db
    .select({ masterSha: repositoryImports.masterSha })
    .from(repositoryImports)
    .where(eq(repositoryImports.repositoryId, repositoryId));
  return row?.masterSha ? [parseSha(row.masterSha)] : [];
}

async function madeByClearway(db: Db, repositoryId: string, commits: GitCommit[]): Promise<Set<string>> {
  const claimed = commits.filter((commit) => commit.committerEmail === SERVICE_IDENTITY.email);
  if (claimed.length === 0) return new Set();
  const rows = await db
    .select({ sha: mergeCandidates.commitSha })
    .from(mergeCandidates)
    .innerJoin(promotions, eq(promotions.id, mergeCandidates.promotionId))
    .where(
      and(
        eq(promotions.repositoryId, repositoryId),
        inArray(
          mergeCandidates.commitSha,
          claimed.map((commit) => commit.sha),
        ),
      ),
    );
  return new Set(rows.flatMap(({ sha }) => (sha ? [sha] : [])));
}

async function readPushers(db: Db, repositoryId: string, commits: GitCommit[]): Promise<Contribution[]> {
  if (commits.length === 0) return [];
  const rows = await db
    .selectDistinct({ personId: canonical })
    .from(pushes)
    .innerJoin(people, eq(people.id, pushes.personId))
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
