import { randomUUID } from "node:crypto";
import { and, eq, isNull, or, sql } from "drizzle-orm";
import { repositories, repositoryImports } from "@/db/schema";
import type { ImportPhase } from "@/domain/repositories/state";
import { change } from "../audit/change";
import type { Context } from "../context";

export type Import = typeof repositoryImports.$inferSelect;
export type ImportLease = {
  readonly wish: Import;
  readonly repository: typeof repositories.$inferSelect;
  readonly holder: string;
  readonly seconds: number;
};
export type Reached = { phase: ImportPhase; percent: number | null; receivedBytes: number };

const until = (seconds: number) => sql`clearway_now() + make_interval(secs => ${seconds})`;

/** Null when there is nothing to bring in, or another worker does. */
export async function claimImport(
  ctx: Context,
  repositoryId: string,
  seconds: number,
): Promise<ImportLease | null> {
  const [repository] = await ctx.db
    .select()
    .from(repositories)
    .where(and(eq(repositories.id, repositoryId), eq(repositories.state, "importing")));
  if (!repository) return null;
  const holder = randomUUID();
  const [wish] = await ctx.db
    .update(repositoryImports)
    .set({
      holder,
      leaseUntil: until(seconds),
      attempt: sql`${repositoryImports.attempt} + 1`,
      phase: "connecting",
      percent: null,
      receivedBytes: 0,
      startedAt: sql`clearway_now()`,
    })
    .where(
      and(
        eq(repositoryImports.repositoryId, repositoryId),
        isNull(repositoryImports.finishedAt),
        or(isNull(repositoryImports.leaseUntil), sql`${repositoryImports.leaseUntil} < clearway_now()`),
      ),
    )
    .returning();
  return wish ? { wish, repository, holder, seconds } : null;
}

export function heldBy(lease: ImportLease) {
  return and(
    eq(repositoryImports.repositoryId, lease.repository.id),
    eq(repositoryImports.holder, lease.holder),
  );
}

/** Renews and says how far it is. False when another has it, or the repository was removed. */
async function renew(ctx: Context, lease: ImportLease, reached: Reached | null): Promise<boolean> {
  return change(ctx, async (c) => {
    const [held] = await c.db
      .update(repositoryImports)
      .set({ leaseUntil: until(lease.seconds), ...(reached ?? {}) })
      .where(heldBy(lease))
      .returning({ one: repositoryImports.repositoryId });
    if (held && reached) {
      c.announce({ topic: "catalog", id: lease.repository.id, productId: lease.repository.productId });
    }
    return held !== undefined;
  });
}

/**
 * Renews the lease until `stop`, and writes down what `tell` was told last. The signal ends the work when the worker
 * stops, when another has the import, or when it could not be renewed for as long as it lasts.
 */
export function keepImport(
  ctx: Context,
  lease: ImportLease,
  stopped: AbortSignal,
): { signal: AbortSignal; tell: (reached: Reached) => void; stop: () => void } {
  const lost = new AbortController();
  let latest: Reached | null = null;
  let renewedAt = Date.now();
  let isOver = false;
  let timer: NodeJS.Timeout;
  const schedule = () => {
    if (!isOver) timer = setTimeout(() => void look(), Math.min(1_000, (lease.seconds * 1_000) / 3));
  };
  const look = async () => {
    const reached = latest;
    latest = null;
    try {
      if (!(await renew(ctx, lease, reached))) return lost.abort();
      renewedAt = Date.now();
    } catch {
      latest ??= reached;
      if (Date.now() - renewedAt > lease.seconds * 1_000) return lost.abort();
    }
    schedule();
  };
  schedule();
  return {
    signal: AbortSignal.any([stopped, lost.signal]),
    tell: (reached) => {
      latest = reached;
    },
    stop: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

/** The worker ends: the next one may have it at once. */
export async function leaveImport(ctx: Context, lease: ImportLease): Promise<void> {
  await ctx.db
    .update(repositoryImports)
    .set({ leaseUntil: sql`clearway_now()`, phase: "waiting" })
    .where(heldBy(lease));
}
