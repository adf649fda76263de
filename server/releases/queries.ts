import { and, asc, desc, eq, inArray, isNotNull, type SQL, sql } from "drizzle-orm";
import {
  clients,
  components,
  deployments,
  environments,
  people,
  pipelineRuns,
  products,
  promotions,
  releaseArtifacts,
  releaseCommits,
  releases,
  repositories,
  slots,
  workItems,
} from "@/db/schema";
import { workItemKeysIn } from "@/domain/branches/naming";
import { notFound } from "@/domain/errors";
import { SERVICE_IDENTITY } from "@/domain/git/commit";
import { parseSha } from "@/domain/git/sha";
import { can } from "@/domain/permissions";
import type { ListReleases, ReleaseName } from "@/domain/releases/input";
import { inScope } from "../auth/scope";
import type { Context } from "../context";
import { keptCommits } from "../git/kept-readings";
import { repositoryDirectory } from "../repositories/location";

const MAX_COMMITS = 200;
/** Releases before this one whose commits are not counted as its own. */
const EARLIER = 50;
const MAX_PROMOTIONS = 100;

const visible = (ctx: Context) => inScope(ctx.actor, "releases.read", { productId: releases.productId });

const slotScope = (ctx: Context) =>
  inScope(ctx.actor, "environments.read", {
    productId: components.productId,
    clientId: slots.clientId,
    environmentId: slots.environmentId,
  });

const COLUMNS = {
  id: releases.id,
  version: releases.version,
  digest: releases.digest,
  treeOid: releases.treeOid,
  sourceSha: releases.sourceSha,
  migration: releases.migration,
  schemaMin: releases.schemaMin,
  schemaMax: releases.schemaMax,
  schemaAfter: releases.schemaAfter,
  createdAt: releases.createdAt,
  sealedAt: releases.sealedAt,
  withdrawnAt: releases.withdrawnAt,
  withdrawnReason: releases.withdrawnReason,
  withdrawnBy: people.name,
  productKey: products.key,
  productName: products.name,
  repositoryKey: repositories.key,
  runNumber: pipelineRuns.number,
  isOnMaster: sql<boolean>`exists (select 1 from release_commits rc where rc.release_id = ${releases.id} and rc.ref = 'refs/heads/master')`,
};

function select(ctx: Context) {
  return ctx.db
    .select(COLUMNS)
    .from(releases)
    .innerJoin(products, eq(products.id, releases.productId))
    .innerJoin(repositories, eq(repositories.id, releases.repositoryId))
    .innerJoin(pipelineRuns, eq(pipelineRuns.id, releases.runId))
    .leftJoin(people, eq(people.id, releases.withdrawnById));
}

/** Newest first, a page at a time, each with the places in which it runs now. */
export async function listReleases(ctx: Context, input: ListReleases) {
  const runs = sql`exists (select 1 from slots s join deployments d on d.id = s.current_deployment_id where d.release_id = ${releases.id})`;
  const conditions: (SQL | undefined)[] = [
    visible(ctx),
    input.state === "withdrawn" ? isNotNull(releases.withdrawnAt) : undefined,
    input.state === "live" ? runs : undefined,
    input.productKey ? eq(products.key, input.productKey) : undefined,
    input.repositoryKey ? eq(repositories.key, input.repositoryKey) : undefined,
    input.version ? sql`starts_with(${releases.version}, ${input.version})` : undefined,
    input.before
      ? sql`(${releases.createdAt}, ${releases.id}) < (select o.created_at, o.id from releases o where o.id = ${input.before}::uuid)`
      : undefined,
  ];
  const rows = await select(ctx)
    .where(and(...conditions))
    .orderBy(desc(releases.createdAt), desc(releases.id))
    .limit(input.limit + 1);
  const items = rows.slice(0, input.limit);
  const last = items.at(-1);
  const places = await readPlaces(
    ctx,
    items.map(({ id }) => id),
  );
  return {
    releases: items.map((release) => ({
      ...release,
      runsIn: places.filter(({ releaseId }) => releaseId === release.id),
    })),
    next: rows.length > input.limit && last ? last.id : null,
  };
}

/** The slots in which one of these runs now, in the order of environments. */
async function readPlaces(ctx: Context, releaseIds: readonly string[]) {
  if (releaseIds.length === 0) return [];
  return ctx.db
    .select({
      releaseId: deployments.releaseId,
      slotId: slots.id,
      componentKey: components.key,
      environmentName: environments.name,
      isRetired: sql<boolean>`${environments.retiredAt} is not null`,
      clientName: clients.name,
      since: deployments.finishedAt,
    })
    .from(slots)
    .innerJoin(components, eq(components.id, slots.componentId))
    .innerJoin(environments, eq(environments.id, slots.environmentId))
    .innerJoin(deployments, eq(deployments.id, slots.currentDeploymentId))
    .leftJoin(clients, eq(clients.id, slots.clientId))
    .where(and(inArray(deployments.releaseId, [...releaseIds]), slotScope(ctx)))
    .orderBy(
      asc(environments.position),
      asc(components.position),
      asc(components.key),
      asc(clients.name),
      asc(slots.id),
    );
}

/** One release: what it holds, what it brought, where it stands and stood, and what was asked for with it. */
export async function getRelease(ctx: Context, { repositoryKey, version }: ReleaseName) {
  const [release] = await select(ctx).where(
    and(eq(repositories.key, repositoryKey), eq(releases.version, version), visible(ctx)),
  );
  if (!release) throw notFound("release");
  const [row] = await ctx.db.select().from(releases).where(eq(releases.id, release.id));
  const [artifacts, reached, runsIn, stood, asked, brought] = await Promise.all([
    readArtifacts(ctx, release.id),
    readReached(ctx, release.id),
    readPlaces(ctx, [release.id]),
    readDeployments(ctx, release.id),
    readPromotions(ctx, release.id),
    row ? readBrought(ctx, row) : null,
  ]);
  const scope = { productId: row?.productId ?? null };
  return {
    release,
    artifacts,
    reached,
    runsIn,
    deployments: stood,
    promotions: asked,
    /** Null: the reader may not read repositories. */
    brought,
    you: {
      canWithdraw: can(ctx.actor, "releases.withdraw", scope),
      mayReadRuns: can(ctx.actor, "pipelines.read", scope),
    },
  };
}

function readArtifacts(ctx: Context, releaseId: string) {
  return ctx.db
    .select({ componentKey: components.key, componentName: components.name, sha256: releaseArtifacts.sha256 })
    .from(releaseArtifacts)
    .innerJoin(components, eq(components.id, releaseArtifacts.componentId))
    .where(eq(releaseArtifacts.releaseId, releaseId))
    .orderBy(asc(components.position), asc(components.key));
}

function readReached(ctx: Context, releaseId: string) {
  return ctx.db
    .select({
      ref: releaseCommits.ref,
      commitSha: releaseCommits.commitSha,
      createdAt: releaseCommits.createdAt,
    })
    .from(releaseCommits)
    .where(eq(releaseCommits.releaseId, releaseId))
    .orderBy(asc(releaseCommits.createdAt), asc(releaseCommits.ref));
}

function readDeployments(ctx: Context, releaseId: string) {
  return ctx.db
    .select({
      id: deployments.id,
      slotId: slots.id,
      state: deployments.state,
      componentKey: components.key,
      environmentName: environments.name,
      clientName: clients.name,
      finishedAt: deployments.finishedAt,
      createdAt: deployments.createdAt,
      promotionNumber: promotions.number,
    })
    .from(deployments)
    .innerJoin(slots, eq(slots.id, deployments.slotId))
    .innerJoin(components, eq(components.id, slots.componentId))
    .innerJoin(environments, eq(environments.id, slots.environmentId))
    .innerJoin(promotions, eq(promotions.id, deployments.promotionId))
    .leftJoin(clients, eq(clients.id, slots.clientId))
    .where(and(eq(deployments.releaseId, releaseId), slotScope(ctx)))
    .orderBy(desc(deployments.createdAt), desc(deployments.number))
    .limit(MAX_PROMOTIONS);
}

function readPromotions(ctx: Context, releaseId: string) {
  return ctx.db
    .select({
      number: promotions.number,
      kind: promotions.kind,
      title: promotions.title,
      state: promotions.state,
      outcomeCode: promotions.outcomeCode,
      outcomeText: promotions.outcomeText,
      createdAt: promotions.createdAt,
    })
    .from(promotions)
    .where(
      and(
        eq(promotions.releaseId, releaseId),
        inScope(ctx.actor, "promotions.read", {
          productId: promotions.productId,
          clientId: promotions.clientId,
          environmentId: promotions.environmentId,
        }),
      ),
    )
    .orderBy(desc(promotions.number))
    .limit(MAX_PROMOTIONS);
}

/** The commits that no earlier release of the repository has, but for Clearway's own, and the work items they name. */
async function readBrought(ctx: Context, release: typeof releases.$inferSelect) {
  if (!can(ctx.actor, "repositories.read", { productId: release.productId })) return null;
  const [repository] = await ctx.db
    .select()
    .from(repositories)
    .where(eq(repositories.id, release.repositoryId));
  if (!repository) return null;
  const earlier = await ctx.db
    .select({ sourceSha: releases.sourceSha })
    .from(releases)
    .where(
      and(
        eq(releases.repositoryId, release.repositoryId),
        sql`(${releases.createdAt}, ${releases.id}) < (${release.createdAt.toISOString()}::timestamptz, ${release.id}::uuid)`,
      ),
    )
    .orderBy(desc(releases.createdAt), desc(releases.id))
    .limit(EARLIER);
  const found = await keptCommits(repositoryDirectory(ctx, repository), {
    include: [parseSha(release.sourceSha)],
    exclude: [...new Set(earlier.map(({ sourceSha }) => sourceSha))].map(parseSha),
    limit: MAX_COMMITS,
  });
  const own = found.filter((commit) => commit.committerEmail !== SERVICE_IDENTITY.email);
  const keys = [...new Set(own.flatMap((commit) => workItemKeysIn(`${commit.subject}\n${commit.body}`)))];
  const items = keys.length
    ? await ctx.db
        .select({ key: workItems.key, title: workItems.title })
        .from(workItems)
        .where(
          and(
            inArray(workItems.key, keys),
            eq(workItems.productId, release.productId),
            inScope(ctx.actor, "workItems.read", { productId: workItems.productId }),
          ),
        )
        .orderBy(workItems.key)
    : [];
  return {
    isCut: found.length === MAX_COMMITS,
    commits: own.map(({ sha, subject, authorName }) => ({ sha, subject, authorName })),
    workItems: items,
  };
}
