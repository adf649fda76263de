import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { operations } from "@/db/schema";
import { DomainError } from "@/domain/errors";
import type { OperationKind, OperationState } from "@/domain/promotions/status";
import type { Change } from "../audit/change";
import type { Context } from "../context";

export type OperationRow = typeof operations.$inferSelect;

/** Who is executing, and for how long it is trusted without a sign of life. A new holder for every run of a job. */
export type Holder = {
  id: string;
  leaseSeconds: number;
  /** Aborted when the process ends: what can wait is left to another one. */
  signal?: AbortSignal;
};

/** Thrown where a holder stops because its process ends. */
export class HolderLeaves extends Error {}

/** The intent, written down before anything is done. `idempotencyKey` is stable over retries of the same attempt. */
export async function intend(
  c: Change,
  intent: {
    promotionId: string;
    kind: OperationKind;
    idempotencyKey: string;
    expected: Record<string, unknown>;
  },
  holder: Holder | null,
): Promise<OperationRow> {
  const [row] = await c.db
    .insert(operations)
    .values({
      ...intent,
      workerId: holder?.id ?? null,
      leaseUntil: holder ? leaseEnd(c.now, holder) : c.now,
      fence: 1,
      attempts: holder ? 1 : 0,
      createdAt: c.now,
      updatedAt: c.now,
    })
    .returning();
  if (!row) throw new Error("insert returned no row");
  return row;
}

/** The promotion's unsettled operation of a kind, newest first. */
export async function openOperation(
  db: Db,
  promotionId: string,
  kind: OperationKind,
): Promise<OperationRow | null> {
  const [row] = await db
    .select()
    .from(operations)
    .where(
      and(
        eq(operations.promotionId, promotionId),
        eq(operations.kind, kind),
        eq(operations.isSettled, false),
      ),
    )
    .orderBy(sql`${operations.createdAt} desc, ${operations.id} desc`)
    .limit(1)
    .for("update");
  return row ?? null;
}

/** Takes an operation over whose holder gave no sign of life. Null: somebody is on it. */
export async function takeOver(
  c: Change,
  operation: OperationRow,
  holder: Holder,
): Promise<OperationRow | null> {
  if (operation.leaseUntil && operation.leaseUntil > c.now) return null;
  const [row] = await c.db
    .update(operations)
    .set({
      workerId: holder.id,
      leaseUntil: leaseEnd(c.now, holder),
      fence: operation.fence + 1,
      attempts: operation.attempts + 1,
      updatedAt: c.now,
    })
    .where(and(eq(operations.id, operation.id), eq(operations.fence, operation.fence)))
    .returning();
  return row ?? null;
}

/** Writes what became of it, as long as nobody has taken it over: a holder that lost its lease changes nothing. */
export async function updateOperation(
  c: Change,
  operation: OperationRow,
  state: OperationState,
  holder: Holder,
  result?: Record<string, unknown>,
): Promise<OperationRow> {
  const isOver = state === "confirmed" || state === "refused";
  const [row] = await c.db
    .update(operations)
    .set({
      state,
      ...(result ? { result } : {}),
      leaseUntil: isOver ? null : leaseEnd(c.now, holder),
      updatedAt: c.now,
    })
    .where(and(eq(operations.id, operation.id), eq(operations.fence, operation.fence)))
    .returning();
  if (!row) throw staleFence();
  return row;
}

/** Gives the lease back without settling, for another try at `until`. */
export async function letGo(c: Change, operation: OperationRow, until: Date): Promise<void> {
  await c.db
    .update(operations)
    .set({ leaseUntil: until, updatedAt: c.now })
    .where(and(eq(operations.id, operation.id), eq(operations.fence, operation.fence)));
}

/** Does the work and keeps the lease alive meanwhile: however slow it is, nobody else begins the same. */
export async function whileHeld<T>(
  ctx: Context,
  operation: OperationRow,
  holder: Holder,
  work: () => Promise<T>,
): Promise<T> {
  let renewal: Promise<unknown> = Promise.resolve();
  const renew = () =>
    ctx.db
      .update(operations)
      .set({ leaseUntil: sql`clearway_now() + make_interval(secs => ${holder.leaseSeconds})` })
      .where(
        and(
          eq(operations.id, operation.id),
          eq(operations.fence, operation.fence),
          eq(operations.isSettled, false),
        ),
      )
      // One that fails may be followed by one that does not; the fence tells who was too late.
      .catch(() => undefined);
  const timer = setInterval(
    () => {
      if (!holder.signal?.aborted) renewal = renewal.then(renew);
    },
    (holder.leaseSeconds * 1000) / 3,
  );
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await renewal;
  }
}

const FIRST_PAUSE_SECONDS = 5;

/** Seconds until an outcome that nobody knows is asked for again: twice as long each time, at most `atMost`. */
export function pauseAfter({ attempts }: Pick<OperationRow, "attempts">, atMost: number): number {
  return Math.min(atMost, FIRST_PAUSE_SECONDS * 2 ** (attempts - 1));
}

export function staleFence(): DomainError {
  return new DomainError("STALE_FENCE", "Another worker has taken this over; this one's result is dropped.");
}

function leaseEnd(now: Date, holder: Holder): Date {
  return new Date(now.getTime() + holder.leaseSeconds * 1000);
}
