import { and, desc, eq, ilike, isNull, or, sql } from "drizzle-orm";
import {
  branches,
  commits,
  pipelineRuns,
  products,
  promotions,
  pullRequests,
  releases,
  repositories,
  workItems,
} from "@/db/schema";
import { BRANCH_KIND_NAMES } from "@/domain/branches/in-words";
import { canSomewhere } from "@/domain/permissions";
import type { Search, SearchResult } from "@/domain/search/input";
import { inScope } from "../auth/scope";
import type { Context } from "../context";
import { findNamed } from "./named";

const EACH = 5;

/** One box for a SHA, a ticket, a version, a branch, a number, words of a title, or the name of anything that has one. */
export async function find(ctx: Context, { query }: Search): Promise<SearchResult[]> {
  const groups = await Promise.all([
    findWorkItems(ctx, query),
    findPromotions(ctx, query),
    findPullRequests(ctx, query),
    findReleases(ctx, query),
    findCommits(ctx, query),
    findBranches(ctx, query),
    findRuns(ctx, query),
    findNamed(ctx, query),
  ]);
  return groups.flat();
}

const escaped = (text: string) => text.replace(/[\\%_]/g, (c) => `\\${c}`);
const beginning = (text: string) => `${escaped(text)}%`;
const like = (text: string) => `%${escaped(text)}%`;
const numberIn = (text: string) => (/^#?(\d{1,9})$/.exec(text)?.[1] ? Number(text.replace("#", "")) : null);

async function findWorkItems(ctx: Context, query: string): Promise<SearchResult[]> {
  const rows = await ctx.db
    .select({ key: workItems.key, title: workItems.title, state: workItems.state })
    .from(workItems)
    .where(
      and(
        inScope(ctx.actor, "workItems.read", { productId: workItems.productId }),
        or(ilike(workItems.key, like(query)), ilike(workItems.title, like(query))),
      ),
    )
    .orderBy(sql`lower(${workItems.key}) = lower(${query}) desc`, desc(workItems.createdAt), workItems.id)
    .limit(EACH);
  return rows.map((row) => ({
    group: "Work items",
    title: `${row.key} ${row.title}`,
    subtitle: "",
    href: `/work-items/${row.key}`,
    standing: { of: "workItem", state: row.state },
  }));
}

async function findPromotions(ctx: Context, query: string): Promise<SearchResult[]> {
  const number = numberIn(query);
  const rows = await ctx.db
    .select({
      number: promotions.number,
      title: promotions.title,
      kind: promotions.kind,
      state: promotions.state,
      outcomeCode: promotions.outcomeCode,
    })
    .from(promotions)
    .where(
      and(
        inScope(ctx.actor, "promotions.read", {
          productId: promotions.productId,
          clientId: promotions.clientId,
          environmentId: promotions.environmentId,
        }),
        number === null ? ilike(promotions.title, like(query)) : eq(promotions.number, number),
      ),
    )
    .orderBy(desc(promotions.number))
    .limit(EACH);
  return rows.map((row) => ({
    group: "Promotions",
    title: `#${row.number} ${row.title}`,
    subtitle: "",
    href: `/promotions/${row.number}`,
    standing: { of: "promotion", kind: row.kind, state: row.state, isBlocked: row.outcomeCode !== null },
  }));
}

async function findPullRequests(ctx: Context, query: string): Promise<SearchResult[]> {
  if (!canSomewhere(ctx.actor, "pullRequests.read")) return [];
  const number = numberIn(query);
  const rows = await ctx.db
    .select({
      number: pullRequests.number,
      title: pullRequests.title,
      source: pullRequests.sourceBranch,
      state: pullRequests.state,
    })
    .from(pullRequests)
    .where(
      and(
        inScope(ctx.actor, "pullRequests.read", { productId: pullRequests.productId }),
        number === null
          ? or(ilike(pullRequests.title, like(query)), ilike(pullRequests.sourceBranch, like(query)))
          : eq(pullRequests.number, number),
      ),
    )
    .orderBy(desc(pullRequests.number))
    .limit(EACH);
  return rows.map((row) => ({
    group: "Pull requests",
    title: `#${row.number} ${row.title}`,
    subtitle: row.source,
    href: `/pull-requests/${row.number}`,
    standing: { of: "pullRequest", state: row.state },
  }));
}

async function findReleases(ctx: Context, query: string): Promise<SearchResult[]> {
  const sha = query.toLowerCase();
  const [first = query, ...others] = query.split(/\s+/);
  const rows = await ctx.db
    .select({
      version: releases.version,
      repositoryKey: repositories.key,
      product: products.name,
      digest: releases.digest,
      sourceSha: releases.sourceSha,
    })
    .from(releases)
    .innerJoin(repositories, eq(repositories.id, releases.repositoryId))
    .innerJoin(products, eq(products.id, releases.productId))
    .where(
      and(
        inScope(ctx.actor, "releases.read", { productId: releases.productId }),
        or(
          sql`${releases.version} like ${beginning(query)}`,
          others.length > 0
            ? and(
                ilike(repositories.key, beginning(first)),
                sql`${releases.version} like ${beginning(others.join(" "))}`,
              )
            : eq(repositories.key, sha),
          /^[0-9a-f]{6,64}$/.test(sha)
            ? or(
                sql`starts_with(${releases.digest}, ${sha})`,
                sql`starts_with(${releases.sourceSha}, ${sha})`,
              )
            : undefined,
        ),
      ),
    )
    .orderBy(desc(releases.createdAt), releases.id)
    .limit(EACH);
  return rows.map((row) => ({
    group: "Releases",
    title: `${row.repositoryKey} ${row.version}`,
    subtitle: `${row.product} · from ${row.sourceSha.slice(0, 7)} · digest ${row.digest.slice(0, 7)}`,
    href: `/releases/${row.repositoryKey}/${encodeURIComponent(row.version)}`,
  }));
}

async function findCommits(ctx: Context, query: string): Promise<SearchResult[]> {
  const sha = query.toLowerCase();
  if (!/^[0-9a-f]{4,40}$/.test(sha) || !canSomewhere(ctx.actor, "repositories.read")) return [];
  const visible = inScope(ctx.actor, "workItems.read", { productId: sql`w.product_id` });
  const rows = await ctx.db
    .select({
      sha: commits.sha,
      subject: commits.subject,
      author: commits.authorName,
      repositoryKey: repositories.key,
      workItem: sql<
        string | null
      >`(select min(k.work_item_key) from commit_work_items k join work_items w on w.key = k.work_item_key
        where k.repository_id = ${commits.repositoryId} and k.sha = ${commits.sha}
          and w.product_id = ${repositories.productId} and ${visible})`,
    })
    .from(commits)
    .innerJoin(repositories, eq(repositories.id, commits.repositoryId))
    .where(
      and(
        inScope(ctx.actor, "repositories.read", { productId: repositories.productId }),
        sql`${commits.sha} like ${`${sha}%`}`,
      ),
    )
    .orderBy(commits.sha)
    .limit(EACH);
  return rows.map((row) => ({
    group: "Commits",
    title: `${row.sha.slice(0, 10)} ${row.subject}`,
    subtitle: `${row.repositoryKey} · ${row.author}`,
    href: row.workItem ? `/work-items/${row.workItem}` : `/repositories/${row.repositoryKey}`,
  }));
}

async function findBranches(ctx: Context, query: string): Promise<SearchResult[]> {
  if (!canSomewhere(ctx.actor, "repositories.read")) return [];
  const rows = await ctx.db
    .select({ name: branches.name, kind: branches.kind, repositoryKey: repositories.key })
    .from(branches)
    .innerJoin(repositories, eq(repositories.id, branches.repositoryId))
    .where(
      and(
        inScope(ctx.actor, "repositories.read", { productId: repositories.productId }),
        isNull(branches.deletedAt),
        ilike(branches.name, like(query)),
      ),
    )
    .orderBy(branches.name, branches.id)
    .limit(EACH);
  return rows.map((row) => ({
    group: "Branches",
    title: row.name,
    subtitle: `${row.repositoryKey} · ${BRANCH_KIND_NAMES[row.kind].toLowerCase()}`,
    href: `/branches?repository=${encodeURIComponent(row.repositoryKey)}&q=${encodeURIComponent(row.name)}`,
  }));
}

async function findRuns(ctx: Context, query: string): Promise<SearchResult[]> {
  const number = numberIn(query);
  if (number === null || !canSomewhere(ctx.actor, "pipelines.read")) return [];
  const rows = await ctx.db
    .select({ number: pipelineRuns.number, ref: pipelineRuns.ref, state: pipelineRuns.state })
    .from(pipelineRuns)
    .where(
      and(
        inScope(ctx.actor, "pipelines.read", { productId: pipelineRuns.productId }),
        eq(pipelineRuns.number, number),
      ),
    )
    .limit(1);
  return rows.map((row) => ({
    group: "Pipeline runs",
    title: `Run ${row.number}`,
    subtitle: row.ref.replace("refs/heads/", ""),
    href: `/pipelines/${row.number}`,
    standing: { of: "run", state: row.state },
  }));
}
