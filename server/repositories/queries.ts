import { and, asc, desc, eq, gt, isNull, max, sql } from "drizzle-orm";
import {
  branches,
  clients,
  components,
  deployments,
  environments,
  pipelineRuns,
  products,
  pullRequests,
  releases,
  repositories,
  slots,
} from "@/db/schema";
import { notFound } from "@/domain/errors";
import { can } from "@/domain/permissions";
import type { GetRepository, ListRepositories } from "@/domain/repositories/input";
import { inScope } from "../auth/scope";
import type { Context } from "../context";
import { env } from "../env";
import { importableDirectories } from "./import-source";

const NEWEST_RELEASES = 20;

/** By key, a page at a time. */
export async function listRepositories(ctx: Context, input: ListRepositories) {
  const rows = await ctx.db
    .select({
      id: repositories.id,
      key: repositories.key,
      name: repositories.name,
      state: repositories.state,
      defaultBranch: repositories.defaultBranch,
      product: { key: products.key, name: products.name },
      branchCount: sql<number>`(select count(*)::int from ${branches} where ${branches.repositoryId} = ${repositories.id} and ${branches.deletedAt} is null)`,
      openPullRequestCount: sql<number>`(select count(*)::int from ${pullRequests} where ${pullRequests.repositoryId} = ${repositories.id} and ${pullRequests.state} = 'open')`,
      lastCommitAt:
        sql<Date | null>`(select max(${branches.lastCommitAt}) from ${branches} where ${branches.repositoryId} = ${repositories.id} and ${branches.deletedAt} is null)`.mapWith(
          toDate,
        ),
    })
    .from(repositories)
    .innerJoin(products, eq(products.id, repositories.productId))
    .where(
      and(
        inScope(ctx.actor, "repositories.read", { productId: repositories.productId }),
        input.productKey ? eq(products.key, input.productKey) : undefined,
        input.after ? gt(repositories.key, input.after) : undefined,
      ),
    )
    .orderBy(asc(repositories.key))
    .limit(input.limit + 1);
  const items = rows.slice(0, input.limit).map((row) => ({ ...row, cloneUrl: cloneUrl(row.key) }));
  return { items, next: rows.length > input.limit ? (items.at(-1)?.key ?? null) : null };
}

/** One repository with its components, how many branches of each kind it has, and its newest releases. */
export async function getRepository(ctx: Context, { key }: GetRepository) {
  const [repository] = await ctx.db
    .select({
      id: repositories.id,
      key: repositories.key,
      name: repositories.name,
      state: repositories.state,
      defaultBranch: repositories.defaultBranch,
      createdAt: repositories.createdAt,
      product: { id: products.id, key: products.key, name: products.name },
    })
    .from(repositories)
    .innerJoin(products, eq(products.id, repositories.productId))
    .where(
      and(
        eq(repositories.key, key),
        inScope(ctx.actor, "repositories.read", { productId: repositories.productId }),
      ),
    );
  if (!repository) throw notFound("repository");
  const [parts, kinds, newest] = await Promise.all([
    ctx.db
      .select({ key: components.key, name: components.name, scope: components.scope })
      .from(components)
      .where(and(eq(components.repositoryId, repository.id), isNull(components.retiredAt)))
      .orderBy(asc(components.position), asc(components.key)),
    ctx.db
      .select({ kind: branches.kind, count: sql<number>`count(*)::int` })
      .from(branches)
      .where(and(eq(branches.repositoryId, repository.id), isNull(branches.deletedAt)))
      .groupBy(branches.kind)
      .orderBy(asc(branches.kind)),
    ctx.db
      .select({
        id: releases.id,
        version: releases.version,
        sourceSha: releases.sourceSha,
        treeOid: releases.treeOid,
        createdAt: releases.createdAt,
        sealedAt: releases.sealedAt,
        withdrawnAt: releases.withdrawnAt,
        withdrawnReason: releases.withdrawnReason,
        digest: releases.digest,
        migration: releases.migration,
        isOnMaster: sql<boolean>`exists (select 1 from release_commits rc where rc.release_id = ${releases.id} and rc.ref = 'refs/heads/master')`,
        run: { id: pipelineRuns.id, number: pipelineRuns.number },
      })
      .from(releases)
      .innerJoin(pipelineRuns, eq(pipelineRuns.id, releases.runId))
      .where(
        and(
          eq(releases.repositoryId, repository.id),
          inScope(ctx.actor, "releases.read", { productId: releases.productId }),
        ),
      )
      .orderBy(desc(releases.createdAt), desc(releases.id))
      .limit(NEWEST_RELEASES),
  ]);
  const places = await whereReleasesRun(ctx, repository.id);
  return {
    ...repository,
    cloneUrl: cloneUrl(repository.key),
    components: parts,
    branchCounts: kinds,
    releases: newest.map((release) => ({
      ...release,
      runsIn: places.filter((place) => place.releaseId === release.id),
    })),
    /** The newest sprint branch: where features are cut from. */
    sprintBranch: await newestSprint(ctx, repository.id),
    you: {
      name: ctx.actor.kind === "person" ? ctx.actor.name : null,
      email: ctx.actor.kind === "person" ? ctx.actor.email : null,
      canOpenPullRequests: can(ctx.actor, "pullRequests.open", { productId: repository.product.id }),
    },
  };
}

async function newestSprint(ctx: Context, repositoryId: string): Promise<string | null> {
  const [row] = await ctx.db
    .select({ name: branches.name })
    .from(branches)
    .where(
      and(eq(branches.repositoryId, repositoryId), eq(branches.kind, "sprint"), isNull(branches.deletedAt)),
    )
    .orderBy(desc(branches.sprintKey), branches.id)
    .limit(1);
  return row?.name ?? null;
}

/** Every slot of the repository's components that has a release live, in the order of environments. */
function whereReleasesRun(ctx: Context, repositoryId: string) {
  return ctx.db
    .select({
      releaseId: deployments.releaseId,
      slotId: slots.id,
      componentKey: components.key,
      environmentName: environments.name,
      clientName: clients.name,
    })
    .from(slots)
    .innerJoin(components, eq(components.id, slots.componentId))
    .innerJoin(environments, eq(environments.id, slots.environmentId))
    .innerJoin(deployments, eq(deployments.id, slots.currentDeploymentId))
    .leftJoin(clients, eq(clients.id, slots.clientId))
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
    .orderBy(asc(environments.position), asc(components.position), asc(clients.name), asc(slots.id));
}

/** For the form that adds one. A sprint is suggested: the newest there is, or one of this year's middle. */
export async function readImportChoices(ctx: Context) {
  const [newest] = await ctx.db
    .select({ sprint: max(branches.sprintKey) })
    .from(branches)
    .innerJoin(repositories, eq(repositories.id, branches.repositoryId))
    .where(
      and(
        eq(branches.kind, "sprint"),
        isNull(branches.deletedAt),
        inScope(ctx.actor, "repositories.read", { productId: repositories.productId }),
      ),
    );
  const { rows } = await ctx.db.execute<{ sprint: string }>(
    sql`select to_char(clearway_now(), 'YYYY.') || to_char(greatest(1, ceil(extract(doy from clearway_now()) / 14))::int, 'FM00') as sprint`,
  );
  return {
    directories: await importableDirectories(env.imports),
    allowsPrivate: env.imports.allowsPrivate,
    suggestedSprint: newest?.sprint ?? rows[0]?.sprint ?? "",
  };
}

/** What a git client is given; it asks for a user name (any) and an access token. */
export function cloneUrl(key: string): string {
  return `${env.publicUrl}/git/${key}.git`;
}

function toDate(value: unknown): Date {
  return value instanceof Date ? value : new Date(String(value));
}
