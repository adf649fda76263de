import { createHash, randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import path from "node:path";
import { and, eq, sql } from "drizzle-orm";
import { pipelineCaches } from "@/db/schema";
import {
  type CacheNote,
  cacheRefs,
  isReviewedRun,
  MAX_REPOSITORY_CACHE_BYTES,
} from "@/domain/pipelines/caches";
import type { CacheDeclaration } from "@/domain/pipelines/definition";
import type { PlannedJob } from "@/domain/pipelines/planned-jobs";
import type { Context } from "../context";
import { artifactFile, sha256Of, storeArtifact } from "../runner/artifacts";
import { NotCached, packDirectories, unpackDirectories } from "../runner/cache-archive";
import { openInside } from "../runner/inside";
import type { RunRow } from "./rows";

type Work = { readonly run: RunRow; readonly definition: PlannedJob; readonly workDirectory: string };
type Place = Pick<RunRow, "repositoryId" | "ref" | "treeOid">;

function cacheStore(ctx: Pick<Context, "dataDir">): string {
  return path.join(/*turbopackIgnore: true*/ ctx.dataDir, "caches");
}

/** Fills a fresh checkout with what earlier runs kept. Whatever goes wrong is a note, never a failure of the job. */
export async function restoreCaches(ctx: Context, work: Work): Promise<CacheNote[]> {
  const notes: CacheNote[] = [];
  for (const cache of work.definition.cache) notes.push(await restore(ctx, work, cache));
  return notes;
}

/** Keeps what a job that passed has left, where nothing was restored under that key. */
export async function saveCaches(
  ctx: Context,
  work: Work,
  notes: readonly CacheNote[],
  { maxRepositoryBytes = MAX_REPOSITORY_CACHE_BYTES }: { maxRepositoryBytes?: number } = {},
): Promise<CacheNote[]> {
  const saved: CacheNote[] = [];
  for (const cache of work.definition.cache) {
    const note = notes.find(({ key }) => key === cache.key) ?? emptyNote(cache.key);
    saved.push(note.restoredBytes === null ? await save(ctx, work, cache, note, maxRepositoryBytes) : note);
  }
  return saved;
}

const emptyNote = (key: string): CacheNote => ({
  key,
  restoredBytes: null,
  restoredFrom: null,
  savedBytes: null,
  note: null,
});

async function restore(ctx: Context, work: Work, cache: CacheDeclaration): Promise<CacheNote> {
  const empty = emptyNote(cache.key);
  try {
    const entry = await findEntry(ctx, work.run, await fullKey(work, cache));
    if (!entry) return empty;
    const archive = artifactFile(cacheStore(ctx), entry.sha256);
    if ((await sha256Of(archive).catch(() => null)) !== entry.sha256) {
      await ctx.db.delete(pipelineCaches).where(eq(pipelineCaches.id, entry.id));
      await rm(archive, { force: true });
      return { ...empty, note: "What was kept is damaged, so it was thrown away." };
    }
    if (!(await unpackDirectories(archive, work.workDirectory, cache.paths))) {
      return { ...empty, note: "Its directories are part of the repository, so they were left as they are." };
    }
    await ctx.db
      .update(pipelineCaches)
      .set({ usedAt: sql`clearway_now()` })
      .where(eq(pipelineCaches.id, entry.id));
    const isOwn = entry.treeOid === work.run.treeOid;
    return { ...empty, restoredBytes: entry.sizeBytes, restoredFrom: isOwn ? null : entry.ref };
  } catch (error) {
    return { ...empty, note: toldOf(error, "It could not be restored") };
  }
}

async function save(
  ctx: Context,
  work: Work,
  cache: CacheDeclaration,
  note: CacheNote,
  maxRepositoryBytes: number,
): Promise<CacheNote> {
  const draft = path.join(cacheStore(ctx), "incoming", `${randomUUID()}.tar`);
  try {
    await packDirectories(work.workDirectory, cache.paths, draft);
    const stored = await storeArtifact(cacheStore(ctx), draft, { maxBytes: Number.MAX_SAFE_INTEGER });
    await keepEntry(ctx, work.run, await fullKey(work, cache), stored);
    await evict(ctx, work.run.repositoryId, maxRepositoryBytes);
    return { ...note, savedBytes: stored.sizeBytes };
  } catch (error) {
    return { ...note, note: toldOf(error, "It was not saved") };
  } finally {
    await rm(draft, { force: true });
  }
}

function toldOf(error: unknown, what: string): string {
  if (error instanceof NotCached) return `${what}. ${error.message}`;
  console.error(JSON.stringify({ level: "error", task: "pipelines.cache", error: String(error) }));
  return `${what}: something went wrong on the worker's machine.`;
}

/** The declared key, the matrix's values, and the content of the files that decide over it. */
async function fullKey(
  { definition, workDirectory }: Work,
  { key, files }: CacheDeclaration,
): Promise<string> {
  const values = Object.values(definition.values ?? {});
  const parts = [key, ...values];
  if (files.length > 0) parts.push(await digestOf(workDirectory, files));
  return parts.join("/");
}

async function digestOf(workDirectory: string, files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) {
    const opened = await openInside(workDirectory, file);
    hash.update(`${file}\0${opened.ok ? "there" : "missing"}\0`);
    if (!opened.ok) continue;
    for await (const block of opened.handle.createReadStream()) hash.update(block as Buffer);
  }
  return hash.digest("hex").slice(0, 32);
}

type Entry = { id: string; ref: string; treeOid: string; sha256: string; sizeBytes: number };

/** The rule is in domain/pipelines/caches: the tree's own, or of a branch it was cut from and that took it in. */
async function findEntry(ctx: Context, run: Place, key: string): Promise<Entry | null> {
  const refs = JSON.stringify(cacheRefs(run.ref));
  const { rows } = await ctx.db.execute<{
    id: string;
    ref: string;
    tree_oid: string;
    sha256: string;
    size_bytes: string;
  }>(sql`
    select e.id, e.ref, e.tree_oid, e.sha256, e.size_bytes from pipeline_caches e
    left join jsonb_array_elements_text(${refs}::jsonb) with ordinality as near(ref, place) on near.ref = e.ref
    where e.repository_id = ${run.repositoryId}::uuid and e.key = ${key}
      and (e.tree_oid = ${run.treeOid} or near.ref is not null and (e.is_reviewed or exists (
        select 1 from merge_candidates m join promotions p on p.id = m.promotion_id and p.revision = m.revision
        where m.tree_oid = e.tree_oid and p.repository_id = e.repository_id and p.kind = 'merge'
          and p.state = 'succeeded' and 'refs/heads/' || p.target_branch = e.ref)))
    order by e.tree_oid = ${run.treeOid} desc, near.place, e.created_at desc, e.id limit 1`);
  const [row] = rows;
  if (!row) return null;
  const { id, ref, sha256 } = row;
  return { id, ref, sha256, treeOid: row.tree_oid, sizeBytes: Number(row.size_bytes) };
}

async function keepEntry(
  ctx: Context,
  run: RunRow,
  key: string,
  { sha256, sizeBytes }: { sha256: string; sizeBytes: number },
): Promise<void> {
  const { repositoryId, ref, treeOid } = run;
  const replaced = await ctx.db.transaction(async (tx) => {
    const same = and(
      eq(pipelineCaches.repositoryId, repositoryId),
      eq(pipelineCaches.key, key),
      eq(pipelineCaches.ref, ref),
      eq(pipelineCaches.treeOid, treeOid),
    );
    const [before] = await tx.delete(pipelineCaches).where(same).returning({ sha256: pipelineCaches.sha256 });
    await tx
      .insert(pipelineCaches)
      .values({ repositoryId, ref, treeOid, key, sha256, sizeBytes, isReviewed: isReviewedRun(run) })
      .onConflictDoNothing();
    return before;
  });
  if (replaced && replaced.sha256 !== sha256) await dropUnnamed(ctx, [replaced.sha256]);
}

/** What was used longest ago goes first. */
async function evict(ctx: Context, repositoryId: string, maxBytes: number): Promise<void> {
  const { rows } = await ctx.db.execute<{ sha256: string }>(sql`
    delete from pipeline_caches where id in (
      select id from (select id, sum(size_bytes) over (order by used_at desc, id) as so_far
        from pipeline_caches where repository_id = ${repositoryId}::uuid) kept where so_far > ${maxBytes})
    returning sha256`);
  await dropUnnamed(
    ctx,
    rows.map((row) => row.sha256),
  );
}

/** An archive goes when no entry names it any more. One that is missed by chance costs its reader a note. */
async function dropUnnamed(ctx: Context, digests: readonly string[]): Promise<void> {
  for (const sha256 of digests) {
    const left = await ctx.db.$count(pipelineCaches, eq(pipelineCaches.sha256, sha256));
    if (left === 0) await rm(artifactFile(cacheStore(ctx), sha256), { force: true });
  }
}
