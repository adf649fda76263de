import { and, eq } from "drizzle-orm";
import { repositories, repositoryImports } from "@/db/schema";
import { protectedPatterns } from "@/domain/branches/naming";
import { DomainError } from "@/domain/errors";
import { ZERO_SHA } from "@/domain/git/sha";
import { progressOf, reasonInWords } from "@/domain/repositories/git-words";
import { planImport } from "@/domain/repositories/import-plan";
import { change } from "../audit/change";
import type { Context } from "../context";
import { env } from "../env";
import { GitError } from "../git/error";
import { type FetchLimits, type FetchSource, fetchRefs, listSourceRefs } from "../git/fetch";
import { installHooks } from "../git/hooks";
import { listBranches, resolveRef, setRef } from "../git/refs";
import { createBareRepository } from "../git/repository";
import { beginWorkshop, isInPlace, moveIntoPlace, removeImport, removeWorkshop } from "./import-files";
import { claimImport, heldBy, type ImportLease, keepImport, leaveImport, type Reached } from "./import-lease";
import { type ImportSettings, type Resolve, resolveSource } from "./import-source";

const MAX_REFS = 10_000;
const MAX_LEFT_OUT = 200;
/** Workers that died over it. */
const MAX_ATTEMPTS = 5;
const GIB = 1024 * 1024 * 1024;

export type ImportOptions = {
  settings?: ImportSettings;
  limits?: FetchLimits;
  slowSeconds?: number;
  resolve?: Resolve;
  /** Told between the steps; tests stop there. */
  onStep?: (step: "listed" | "fetched" | "moved") => Promise<void> | void;
};

const LIMITS: FetchLimits = { maxBytes: 4 * GIB, timeoutMs: 60 * 60_000 };

type Taken = { masterSha: string | null; leftOut: { name: string; reason: string }[] };

/** A person has to say which branch becomes master. */
class AsksForMaster extends Error {
  readonly branches: readonly string[];
  constructor(branches: readonly string[]) {
    super("No branch is called master.");
    this.branches = branches;
  }
}

/**
 * Brings a repository in: fetched into a directory of this attempt, checked, moved into place by one rename, and only
 * then taken for ready. Killed anywhere, the next worker begins anew or finds it in place; nothing is left behind.
 */
export async function bringIn(
  ctx: Context,
  repositoryId: string,
  worker: { seconds: number; signal: AbortSignal },
  options: ImportOptions = {},
): Promise<void> {
  const lease = await claimImport(ctx, repositoryId, worker.seconds);
  if (!lease) return;
  const kept = keepImport(ctx, lease, worker.signal);
  let workDirectory = "";
  try {
    if (!(await isInPlace(ctx, lease.repository))) {
      if (lease.wish.attempt > MAX_ATTEMPTS) {
        throw new DomainError("INVALID", "It was begun several times and never came to an end. Try again.");
      }
      workDirectory = await beginWorkshop(ctx, repositoryId, lease.holder);
      const taken = await putTogether(workDirectory, lease, kept, options);
      kept.signal.throwIfAborted();
      await ctx.db
        .update(repositoryImports)
        .set({ leftOut: taken.leftOut.slice(0, MAX_LEFT_OUT), masterSha: taken.masterSha })
        .where(heldBy(lease));
      await moveIntoPlace(ctx, workDirectory, lease.repository);
      await options.onStep?.("moved");
    }
    await succeed(ctx, lease);
    await removeWorkshop(ctx, repositoryId);
  } catch (error) {
    if (worker.signal.aborted) await leaveImport(ctx, lease);
    else if (!kept.signal.aborted)
      await fail(ctx, lease, error, [workDirectory, options.settings?.directory ?? ""]);
  } finally {
    kept.stop();
    await removeOwn(ctx, lease);
  }
}

/** Only what this attempt may still remove: another worker's attempt has removed ours already. */
async function removeOwn(ctx: Context, lease: ImportLease): Promise<void> {
  const [row] = await ctx.db
    .select({ holder: repositoryImports.holder })
    .from(repositoryImports)
    .where(eq(repositoryImports.repositoryId, lease.repository.id));
  if (!row) await removeImport(ctx, lease.repository);
  else if (row.holder === lease.holder) await removeWorkshop(ctx, lease.repository.id);
}

async function putTogether(
  directory: string,
  lease: ImportLease,
  kept: { signal: AbortSignal; tell: (reached: Reached) => void },
  options: ImportOptions,
): Promise<Taken> {
  const { wish } = lease;
  const source = await resolveSource(wish, options.settings ?? env.imports, options.resolve);
  kept.tell({ phase: "connecting", percent: null, receivedBytes: 0 });
  await createBareRepository(directory);
  const found = await listSourceRefs(directory, source, options.slowSeconds);
  await options.onStep?.("listed");
  kept.signal.throwIfAborted();
  if (found.length > MAX_REFS) {
    throw new DomainError(
      "INVALID",
      `It has ${found.length} branches and tags; at most ${MAX_REFS} are taken.`,
    );
  }
  if (found.length === 0) throw new DomainError("INVALID", "It is empty: it has no branches to bring in.");
  const plan = planImport(found, wish.masterFrom);
  if (plan.kind === "asks") throw new AsksForMaster(plan.branches);
  await fetchAll(directory, source, plan.refs, kept, options);
  await options.onStep?.("fetched");
  kept.signal.throwIfAborted();
  await openSprint(directory, wish.firstSprint);
  await readBack(directory, plan.refs);
  await installHooks(directory, protectedPatterns());
  return { masterSha: await resolveRef(directory, "refs/heads/master"), leftOut: [...plan.leftOut] };
}

async function fetchAll(
  directory: string,
  source: FetchSource,
  refs: readonly { from: string; to: string }[],
  kept: { signal: AbortSignal; tell: (reached: Reached) => void },
  options: ImportOptions,
): Promise<void> {
  let told = "";
  await fetchRefs(directory, source, refs, {
    signal: kept.signal,
    limits: options.limits ?? LIMITS,
    ...(options.slowSeconds === undefined ? {} : { slowSeconds: options.slowSeconds }),
    onProgress: (said, receivedBytes) => {
      const reached = {
        ...(progressOf(said) ?? { phase: "receiving" as const, percent: null }),
        receivedBytes,
      };
      const text = JSON.stringify(reached);
      if (text !== told) kept.tell(reached);
      told = text;
    },
  });
}

async function openSprint(directory: string, sprint: string | null): Promise<void> {
  if (!sprint) return;
  const ref = `refs/heads/sprint/${sprint}`;
  const master = await resolveRef(directory, "refs/heads/master");
  if (master && !(await resolveRef(directory, ref))) await setRef(directory, ref, master, ZERO_SHA);
}

/** What git has must be what the source said it has: a branch may have moved meanwhile, but none is missing. */
async function readBack(directory: string, refs: readonly { to: string }[]): Promise<void> {
  const names = new Set((await listBranches(directory)).map(({ name }) => `refs/heads/${name}`));
  const missing = refs.find(({ to }) => to.startsWith("refs/heads/") && !names.has(to));
  if (missing) throw new DomainError("INVALID", `The source did not send ${missing.to}. Try again.`);
}

async function succeed(ctx: Context, lease: ImportLease): Promise<void> {
  const { repository, wish } = lease;
  await change(ctx, async (c) => {
    const [held] = await c.db
      .update(repositoryImports)
      .set({
        phase: "done",
        percent: null,
        error: null,
        foundBranches: null,
        leaseUntil: null,
        finishedAt: c.now,
      })
      .where(heldBy(lease))
      .returning();
    if (!held) return;
    const [ready] = await c.db
      .update(repositories)
      .set({ state: "ready" })
      .where(and(eq(repositories.id, repository.id), eq(repositories.state, "importing")))
      .returning({ id: repositories.id });
    if (!ready) return;
    c.audit({
      action: "repository.imported",
      subject: {
        type: "repository",
        id: repository.id,
        label: repository.key,
        productId: repository.productId,
      },
      before: { state: "importing" },
      after: {
        state: "ready",
        source: wish.source,
        master: held.masterSha,
        leftOut: held.leftOut.map(({ name }) => name),
      },
    });
    c.announce({ topic: "catalog", id: repository.id, productId: repository.productId });
    await c.enqueue("repositories.read", { repositoryId: repository.id });
  });
}

async function fail(
  ctx: Context,
  lease: ImportLease,
  cause: unknown,
  hidden: readonly string[],
): Promise<void> {
  const { repository } = lease;
  const error = sentenceOf(cause, hidden.filter(Boolean));
  await change(ctx, async (c) => {
    const [held] = await c.db
      .update(repositoryImports)
      .set({
        error,
        foundBranches: cause instanceof AsksForMaster ? [...cause.branches] : null,
        leaseUntil: null,
        finishedAt: c.now,
      })
      .where(heldBy(lease))
      .returning({ one: repositoryImports.repositoryId });
    if (!held) return;
    const failed = await c.db
      .update(repositories)
      .set({ state: "failed" })
      .where(and(eq(repositories.id, repository.id), eq(repositories.state, "importing")))
      .returning({ id: repositories.id });
    if (failed.length === 0) return;
    c.audit({
      action: "repository.import_failed",
      subject: {
        type: "repository",
        id: repository.id,
        label: repository.key,
        productId: repository.productId,
      },
      before: { state: "importing" },
      after: { state: "failed" },
      reason: error,
    });
    c.announce({ topic: "catalog", id: repository.id, productId: repository.productId });
  });
}

function sentenceOf(cause: unknown, hidden: readonly string[]): string {
  if (cause instanceof AsksForMaster) {
    return cause.branches.length > 0
      ? "No branch of it is called master. Say which one becomes master."
      : "None of its branches has a name that can be used here.";
  }
  if (cause instanceof DomainError) return cause.message;
  if (cause instanceof GitError) {
    if (cause.code === "timed_out") return "The source took too long and was given up. Try again.";
    if (cause.code === "output_too_large") return "It is larger than what is brought in this way.";
    const said = reasonInWords(cause.stderr, hidden);
    return said === "" ? "git could not read the source." : `git says: ${said}`;
  }
  console.error(JSON.stringify({ level: "error", task: "repositories.import", error: String(cause) }));
  return "Something went wrong on our side. Try again.";
}
