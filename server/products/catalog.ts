import { and, asc, eq, ilike, isNull, or, sql } from "drizzle-orm";
import { branches, components, products, repositories, repositoryImports } from "@/db/schema";
import type { ReadCatalog } from "@/domain/catalog/input";
import { can, canSomewhere } from "@/domain/permissions";
import { inScope } from "../auth/scope";
import type { Context } from "../context";
import { cloneUrl } from "../repositories/queries";

/** Every product that the actor may see, with its repositories, and their components with where they are live. */
export async function readCatalog(ctx: Context, input: ReadCatalog) {
  const seen = inScope(ctx.actor, "catalog.read", { productId: products.id });
  const chosen = input.productKey ? eq(products.key, input.productKey) : undefined;
  const [found, repos, parts] = await Promise.all([
    ctx.db
      .select({ id: products.id, key: products.key, name: products.name })
      .from(products)
      .where(and(seen, chosen))
      .orderBy(asc(products.name), asc(products.id)),
    readRepositories(ctx, and(seen, chosen)),
    readComponents(ctx, and(seen, chosen)),
  ]);
  const isNarrowed = Boolean(input.search) || input.scope !== undefined;
  const matches = matcher(input.search);
  const listed = found.map((product) => ({
    ...product,
    canEdit: can(ctx.actor, "catalog.edit", { productId: product.id }),
    canReadRepositories: can(ctx.actor, "repositories.read", { productId: product.id }),
    repositories: repos
      .filter(({ productId }) => productId === product.id)
      .map((repository) => ({
        ...repository,
        components: parts.filter(
          (part) =>
            part.repositoryId === repository.id &&
            (input.scope === undefined || part.scope === input.scope) &&
            (matches(repository) || matches(part)),
        ),
      }))
      .filter(
        (repository) =>
          !isNarrowed ||
          repository.components.length > 0 ||
          (input.scope === undefined && matches(repository)),
      ),
  }));
  return {
    products: isNarrowed ? listed.filter((product) => product.repositories.length > 0) : listed,
    /** Adding a product takes the permission on the whole organisation. */
    canAddProducts: can(ctx.actor, "catalog.edit", { productId: null }),
    canEditSomewhere: canSomewhere(ctx.actor, "catalog.edit"),
  };
}

function matcher(search: string | undefined): (row: { key: string; name: string }) => boolean {
  const wanted = search?.trim().toLowerCase();
  if (!wanted) return () => true;
  return ({ key, name }) => key.includes(wanted) || name.toLowerCase().includes(wanted);
}

/** Of a slot `s`: its subscription goes on, and its environment is not retired. */
const IN_USE = sql`s.ended_at is null and not exists (
  select 1 from environments e where e.id = s.environment_id and e.retired_at is not null)`;

type Where = ReturnType<typeof and>;

async function readRepositories(ctx: Context, where: Where) {
  const rows = await ctx.db
    .select({
      id: repositories.id,
      productId: repositories.productId,
      key: repositories.key,
      name: repositories.name,
      state: repositories.state,
      createdAt: repositories.createdAt,
      branchCount: sql<number>`(select count(*)::int from ${branches} b where b.repository_id = ${repositories.id} and b.deleted_at is null)`,
      sprintBranch: sql<
        string | null
      >`(select b.name from branches b where b.repository_id = ${repositories.id} and b.kind = 'sprint' and b.deleted_at is null order by b.sprint_key desc limit 1)`,
      releaseCount: sql<number>`(select count(*)::int from releases r where r.repository_id = ${repositories.id})`,
      newestRun: sql<{ number: number; state: string } | null>`(
        select jsonb_build_object('number', r.number, 'state', r.state) from pipeline_runs r
        where r.repository_id = ${repositories.id} order by r.number desc limit 1)`,
      import: {
        sourceKind: repositoryImports.sourceKind,
        source: repositoryImports.source,
        masterFrom: repositoryImports.masterFrom,
        phase: repositoryImports.phase,
        percent: repositoryImports.percent,
        receivedBytes: repositoryImports.receivedBytes,
        error: repositoryImports.error,
        foundBranches: repositoryImports.foundBranches,
        leftOut: repositoryImports.leftOut,
        startedAt: repositoryImports.startedAt,
        finishedAt: repositoryImports.finishedAt,
      },
    })
    .from(repositories)
    .innerJoin(products, eq(products.id, repositories.productId))
    .leftJoin(repositoryImports, eq(repositoryImports.repositoryId, repositories.id))
    .where(where)
    .orderBy(asc(repositories.key));
  // How it came in names a place of one's own network: for those who may add repositories.
  return rows.map((row) => ({
    ...row,
    cloneUrl: cloneUrl(row.key),
    import: can(ctx.actor, "catalog.edit", row) ? row.import : null,
  }));
}

function readComponents(ctx: Context, where: Where) {
  const visible = inScope(ctx.actor, "environments.read", {
    productId: sql`${components.productId}`,
    clientId: sql`s.client_id`,
    environmentId: sql`s.environment_id`,
  });
  return ctx.db
    .select({
      id: components.id,
      repositoryId: components.repositoryId,
      key: components.key,
      name: components.name,
      scope: components.scope,
      retiredAt: components.retiredAt,
      clientCount: sql<number>`(select count(*)::int from subscriptions sub where sub.component_id = ${components.id} and sub.ended_at is null)`,
      slotCount: sql<number>`(select count(*)::int from slots s where s.component_id = ${components.id} and ${IN_USE} and ${visible})`,
      liveCount: sql<number>`(select count(*)::int from slots s where s.component_id = ${components.id} and ${IN_USE} and s.current_deployment_id is not null and ${visible})`,
    })
    .from(components)
    .innerJoin(products, eq(products.id, components.productId))
    .where(where)
    .orderBy(asc(components.position), asc(components.key));
}

/** Components that are installed per client and in use: what a client can have. */
export function readClientComponents(ctx: Context) {
  return ctx.db
    .select({
      id: components.id,
      key: components.key,
      name: components.name,
      product: { key: products.key, name: products.name },
    })
    .from(components)
    .innerJoin(products, eq(products.id, components.productId))
    .where(
      and(
        eq(components.scope, "client"),
        isNull(components.retiredAt),
        inScope(ctx.actor, "catalog.read", { productId: products.id }),
      ),
    )
    .orderBy(asc(products.name), asc(components.position), asc(components.key));
}

/** As a search box means it: the characters of a pattern are letters like any other. */
export function containing(column: Parameters<typeof ilike>[0], search: string) {
  return or(ilike(column, `%${search.replace(/[\\%_]/g, "\\$&")}%`));
}
