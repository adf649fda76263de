import { and, asc, desc, eq, isNotNull, isNull, ne } from "drizzle-orm";
import {
  branches,
  clients,
  commits,
  commitWorkItems,
  components,
  deployments,
  environments,
  releases,
  repositories,
  slots,
} from "@/db/schema";
import { SERVICE_IDENTITY } from "@/domain/git/commit";
import { parseSha, type Sha } from "@/domain/git/sha";
import { inScope } from "../auth/scope";
import type { Context } from "../context";
import { commitsNotIn } from "../git/containment";
import { repositoryDirectory } from "../repositories/location";
import { type Contains, containment } from "./containment";
import { type Landing, readLandings } from "./landings";

const NEWEST_RELEASES = 30;
const MAX_COMMITS = 500;

type Repository = Pick<typeof repositories.$inferSelect, "id" | "key" | "directory" | "productId">;
type Release = Awaited<ReturnType<typeof newestReleases>>[number];
type Slot = Awaited<ReturnType<typeof readSlots>>[number];

/** In which releases a work item's commits are, and which slots run them. By git: a version says nothing about it. */
export async function readWhereabouts(ctx: Context, key: string) {
  const releasesOfAll: (Release & { repositoryKey: string; contains: Contains })[] = [];
  const slotsOfAll: (Slot & { contains: Contains })[] = [];
  const landings: Landing[] = [];
  for (const repository of await repositoriesOf(ctx, key)) {
    const directory = repositoryDirectory(ctx, repository);
    const own = await ownCommits(ctx, directory, repository, key);
    if (own.length === 0) continue;
    const [newest, running, landed] = await Promise.all([
      newestReleases(ctx, repository.id),
      readSlots(ctx, repository.id),
      readLandings(ctx, directory, repository, own),
    ]);
    landings.push(...landed);
    const contains = await containment(directory, own, [
      ...newest.map((release) => release.sourceSha),
      ...running.flatMap((slot) => slot.sourceSha ?? []),
    ]);
    for (const release of newest) {
      const found = contains.get(release.sourceSha) ?? "none";
      if (found !== "none") {
        releasesOfAll.push({ ...release, repositoryKey: repository.key, contains: found });
      }
    }
    for (const slot of running) {
      slotsOfAll.push({ ...slot, contains: (slot.sourceSha && contains.get(slot.sourceSha)) || "none" });
    }
  }
  return { releases: releasesOfAll, lanes: toLanes(slotsOfAll), landings };
}

function repositoriesOf(ctx: Context, key: string): Promise<Repository[]> {
  return ctx.db
    .selectDistinct({
      id: repositories.id,
      key: repositories.key,
      directory: repositories.directory,
      productId: repositories.productId,
    })
    .from(commitWorkItems)
    .innerJoin(repositories, eq(repositories.id, commitWorkItems.repositoryId))
    .where(
      and(
        eq(commitWorkItems.workItemKey, key),
        inScope(ctx.actor, "releases.read", { productId: repositories.productId }),
      ),
    )
    .orderBy(asc(repositories.key));
}

/**
 * The commits that are the work: not the merges that Clearway made of it, and not what was forced away
 * and stands on no branch any more.
 */
async function ownCommits(
  ctx: Context,
  directory: string,
  repository: Repository,
  key: string,
): Promise<Sha[]> {
  const [rows, heads] = await Promise.all([
    ctx.db
      .select({ sha: commits.sha })
      .from(commitWorkItems)
      .innerJoin(
        commits,
        and(eq(commits.repositoryId, commitWorkItems.repositoryId), eq(commits.sha, commitWorkItems.sha)),
      )
      .where(
        and(
          eq(commitWorkItems.repositoryId, repository.id),
          eq(commitWorkItems.workItemKey, key),
          ne(commits.committerEmail, SERVICE_IDENTITY.email),
        ),
      )
      .orderBy(desc(commits.committedAt), asc(commits.sha))
      .limit(MAX_COMMITS),
    ctx.db
      .select({ sha: branches.headSha })
      .from(branches)
      .where(and(eq(branches.repositoryId, repository.id), isNull(branches.deletedAt))),
  ]);
  const all = rows.map((row) => parseSha(row.sha));
  const forcedAway = await commitsNotIn(
    directory,
    heads.map((head) => parseSha(head.sha)),
    all,
  );
  return all.filter((sha) => !forcedAway.has(sha));
}

function newestReleases(ctx: Context, repositoryId: string) {
  return ctx.db
    .select({
      id: releases.id,
      version: releases.version,
      sourceSha: releases.sourceSha,
      createdAt: releases.createdAt,
      withdrawnAt: releases.withdrawnAt,
    })
    .from(releases)
    .where(
      and(
        eq(releases.repositoryId, repositoryId),
        isNotNull(releases.sealedAt),
        inScope(ctx.actor, "releases.read", { productId: releases.productId }),
      ),
    )
    .orderBy(desc(releases.createdAt), desc(releases.id))
    .limit(NEWEST_RELEASES);
}

function readSlots(ctx: Context, repositoryId: string) {
  return ctx.db
    .select({
      id: slots.id,
      environment: {
        key: environments.key,
        name: environments.name,
        position: environments.position,
        isProduction: environments.isProduction,
      },
      componentKey: components.key,
      componentName: components.name,
      clientKey: clients.key,
      clientName: clients.name,
      releaseId: releases.id,
      version: releases.version,
      sourceSha: releases.sourceSha,
      since: deployments.finishedAt,
    })
    .from(slots)
    .innerJoin(components, eq(components.id, slots.componentId))
    .innerJoin(environments, eq(environments.id, slots.environmentId))
    .leftJoin(clients, eq(clients.id, slots.clientId))
    .leftJoin(deployments, eq(deployments.id, slots.currentDeploymentId))
    .leftJoin(releases, eq(releases.id, deployments.releaseId))
    .where(
      and(
        eq(components.repositoryId, repositoryId),
        inScope(ctx.actor, "environments.read", {
          productId: components.productId,
          clientId: slots.clientId,
          environmentId: slots.environmentId,
        }),
      ),
    )
    .orderBy(
      asc(environments.position),
      asc(components.position),
      asc(components.key),
      asc(clients.name),
      asc(slots.id),
    );
}

/** One lane per environment, in the order of environments; `since` is when the release that runs was verified. */
function toLanes(found: readonly (Slot & { contains: Contains })[]) {
  const lanes = new Map<
    string,
    { environment: Slot["environment"]; slots: ReturnType<typeof toLaneSlot>[] }
  >();
  for (const slot of [...found].sort((a, b) => a.environment.position - b.environment.position)) {
    const lane = lanes.get(slot.environment.key) ?? { environment: slot.environment, slots: [] };
    lane.slots.push(toLaneSlot(slot));
    lanes.set(slot.environment.key, lane);
  }
  return [...lanes.values()];
}

function toLaneSlot(slot: Slot & { contains: Contains }) {
  return {
    slotId: slot.id,
    component: { key: slot.componentKey, name: slot.componentName },
    client: slot.clientKey ? { key: slot.clientKey, name: slot.clientName ?? slot.clientKey } : null,
    release: slot.releaseId ? { id: slot.releaseId, version: slot.version ?? "" } : null,
    contains: slot.contains,
    since: slot.since,
  };
}
