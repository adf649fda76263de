import { createHash } from "node:crypto";
import { and, desc, eq, inArray, isNull, sql } from "drizzle-orm";
import {
  artifacts,
  branches,
  commits,
  components,
  environments,
  pipelineRuns,
  releaseArtifacts,
  releaseCommits,
  releases,
  repositories,
} from "@/db/schema";
import type { BranchKind } from "@/domain/branches/naming";
import { parseSha } from "@/domain/git/sha";
import { PipelineDefinition } from "@/domain/pipelines/definition";
import { type Change, change } from "../audit/change";
import type { Context } from "../context";
import { requestAutomatically } from "../deployments/follow";
import { firstParents } from "../git/history";
import { repositoryDirectory } from "../repositories/location";

/** Branches whose trees become releases. */
const RELEASING: readonly BranchKind[] = ["sprint", "master", "hotfix"];

/** For a component that the file does not mention. */
const DEFAULT_HEALTH = { path: "/health", attempts: 3, intervalSeconds: 1, timeoutSeconds: 2 };

type Run = typeof pipelineRuns.$inferSelect;
type Release = typeof releases.$inferSelect;
/** Where a tree reached a branch. `isHead`: it stands there now. */
type Arrival = {
  name: string;
  kind: BranchKind;
  sprintKey: string | null;
  commitSha: string;
  isHead: boolean;
};

/** Commits of one tree that are looked for in a branch, newest first. */
const COMMITS_OF_TREE = 20;

/**
 * Seals the release of a passed run whose tree stands, or stood, at the head of a sprint, hotfix or master branch. A tree
 * that has a release already gets the branch noted: the artifact that was tested is the one that ships.
 */
export async function sealRelease(ctx: Context, { runId }: { runId: string }): Promise<void> {
  const [run] = await ctx.db.select().from(pipelineRuns).where(eq(pipelineRuns.id, runId));
  if (run?.state !== "passed") return;
  const arrivals = await arrivalsOfTree(ctx, run);
  if (arrivals.length === 0) return;
  const release = await change(ctx, async (c) => {
    const found = (await existing(c, run)) ?? (await createRelease(c, run, arrivals));
    if (found) for (const arrival of arrivals) await noteCommit(c, found, arrival);
    return found;
  });
  // What a branch has left behind is not installed over what stands there now.
  const isCurrent = arrivals.some(({ isHead, kind }) => isHead && (kind === "sprint" || kind === "hotfix"));
  if (!release || !isCurrent) return;
  const [first] = await ctx.db
    .select({ position: sql<number>`min(${environments.position})`.mapWith(Number) })
    .from(environments);
  const held = await ctx.db
    .select({ componentId: releaseArtifacts.componentId })
    .from(releaseArtifacts)
    .innerJoin(components, eq(components.id, releaseArtifacts.componentId))
    .where(eq(releaseArtifacts.releaseId, release.id))
    .orderBy(components.position, components.key);
  for (const { componentId } of held) {
    await requestAutomatically(ctx, release.id, componentId, (first?.position ?? 1) - 1);
  }
}

/**
 * The branch may have moved on before this job ran. Only its first parents have been its heads: a feature branch's
 * commit is an ancestor too once it is merged, but never stood there.
 */
async function arrivalsOfTree(ctx: Context, run: Run): Promise<Arrival[]> {
  const found = await ctx.db
    .select({ sha: commits.sha })
    .from(commits)
    .where(and(eq(commits.repositoryId, run.repositoryId), eq(commits.treeOid, run.treeOid)))
    .orderBy(desc(commits.committedAt), commits.sha)
    .limit(COMMITS_OF_TREE);
  const shas = new Set(found.map(({ sha }) => sha));
  if (shas.size === 0) return [];
  const rows = await ctx.db
    .select({
      name: branches.name,
      kind: branches.kind,
      headSha: branches.headSha,
      sprintKey: branches.sprintKey,
      directory: repositories.directory,
    })
    .from(branches)
    .innerJoin(repositories, eq(repositories.id, branches.repositoryId))
    .where(
      and(
        eq(branches.repositoryId, run.repositoryId),
        inArray(branches.kind, [...RELEASING]),
        isNull(branches.deletedAt),
      ),
    )
    .orderBy(branches.name);
  const arrivals: Arrival[] = [];
  for (const { headSha, directory, ...branch } of rows) {
    const line = shas.has(headSha)
      ? [headSha]
      : await firstParents(repositoryDirectory(ctx, { directory }), parseSha(headSha));
    const commitSha = line.find((sha) => shas.has(sha));
    if (commitSha) arrivals.push({ ...branch, commitSha, isHead: commitSha === headSha });
  }
  return arrivals;
}

async function existing(c: Change, run: Run): Promise<Release | null> {
  const [row] = await c.db
    .select()
    .from(releases)
    .where(and(eq(releases.repositoryId, run.repositoryId), eq(releases.treeOid, run.treeOid)));
  return row ?? null;
}

async function createRelease(c: Change, run: Run, arrivals: Arrival[]): Promise<Release | null> {
  const definition = PipelineDefinition.safeParse(run.definition);
  const built = await builtArtifacts(c, run);
  if (built.length === 0) return null;
  // One at a time per repository: versions are counted.
  await c.db.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`release:${run.repositoryId}`}, 0))`,
  );
  const raced = await existing(c, run);
  if (raced) return raced;
  const arrival = arrivals.find((one) => one.kind === "sprint") ?? arrivals[0];
  const schema = definition.success
    ? definition.data.schema
    : { min: 0, max: 0, after: 0, migration: "none" as const };
  const [draft] = await c.db
    .insert(releases)
    .values({
      repositoryId: run.repositoryId,
      productId: run.productId,
      version: await nextVersion(c, run.repositoryId, arrival, c.now),
      treeOid: run.treeOid,
      sourceSha: arrival?.commitSha ?? run.commitSha,
      runId: run.id,
      digest: digestOf(built),
      migration: schema.migration,
      schemaMin: schema.min,
      schemaMax: schema.max,
      schemaAfter: schema.after,
      createdAt: c.now,
    })
    .returning();
  if (!draft) throw new Error("insert returned no row");
  await c.db.insert(releaseArtifacts).values(
    built.map(({ componentId, componentKey, sha256 }) => ({
      releaseId: draft.id,
      componentId,
      sha256,
      health:
        (definition.success ? definition.data.components[componentKey]?.health : undefined) ?? DEFAULT_HEALTH,
    })),
  );
  const [release] = await c.db
    .update(releases)
    .set({ sealedAt: c.now })
    .where(eq(releases.id, draft.id))
    .returning();
  c.audit({
    action: "release.sealed",
    subject: { type: "release", id: draft.id, label: draft.version, productId: draft.productId },
    after: { digest: draft.digest, treeOid: draft.treeOid, run: run.number },
  });
  c.announce({ topic: "releases", id: draft.id, productId: draft.productId });
  return release ?? null;
}

/** The newest artifact per component of the run: a re-run job may have made it again. */
async function builtArtifacts(c: Change, run: Run) {
  return c.db
    .selectDistinctOn([artifacts.componentKey], {
      componentKey: artifacts.componentKey,
      componentId: components.id,
      sha256: artifacts.sha256,
    })
    .from(artifacts)
    .innerJoin(
      components,
      and(eq(components.repositoryId, run.repositoryId), eq(components.key, artifacts.componentKey)),
    )
    .where(eq(artifacts.runId, run.id))
    .orderBy(artifacts.componentKey, sql`${artifacts.createdAt} desc, ${artifacts.id} desc`);
}

/** SHA-256 over the lines "component sha256", in the order of the components' keys. */
function digestOf(built: { componentKey: string; sha256: string }[]): string {
  const lines = built.map(({ componentKey, sha256 }) => `${componentKey} ${sha256}\n`).sort();
  return createHash("sha256").update(lines.join("")).digest("hex");
}

/** `<sprint>.<n>` for what a sprint made, `<year>.m.<n>` for a tree that only master has. */
async function nextVersion(
  c: Change,
  repositoryId: string,
  arrival: Arrival | undefined,
  now: Date,
): Promise<string> {
  const prefix = arrival?.sprintKey ?? `${now.getUTCFullYear()}.m`;
  const [row] = await c.db
    .select({ made: sql<number>`count(*)`.mapWith(Number) })
    .from(releases)
    .where(
      and(eq(releases.repositoryId, repositoryId), sql`starts_with(${releases.version}, ${`${prefix}.`})`),
    );
  return `${prefix}.${(row?.made ?? 0) + 1}`;
}

async function noteCommit(c: Change, release: Release, arrival: Arrival): Promise<void> {
  const [row] = await c.db
    .insert(releaseCommits)
    .values({
      releaseId: release.id,
      ref: `refs/heads/${arrival.name}`,
      commitSha: arrival.commitSha,
      createdAt: c.now,
    })
    .onConflictDoNothing()
    .returning();
  if (!row) return;
  c.audit({
    action: "release.reached_branch",
    subject: { type: "release", id: release.id, label: release.version, productId: release.productId },
    after: { branch: arrival.name, commitSha: arrival.commitSha },
  });
  c.announce({ topic: "releases", id: release.id, productId: release.productId });
}
