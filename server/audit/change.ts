import canonicalize from "canonicalize";
import { sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { asRefusal } from "@/db/refusals";
import { DomainError } from "@/domain/errors";
import type { LiveEvent } from "@/domain/live/topics";
import type { Actor } from "@/domain/people/actor";
import type { Context } from "../context";
import type { JobOptions } from "../queue/enqueue";
import type { TaskName, TaskPayloads } from "../queue/tasks";

export type AuditEntry = {
  /** Permission-like noun and past tense: "promotion.approved". */
  action: string;
  subject: { type: string; id: string; label: string; productId?: string | null };
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
  reason?: string | undefined;
};

/** One governed change in the making. */
export type Change = {
  db: Transaction;
  actor: Actor;
  /** The transaction's moment by the database's clock. */
  now: Date;
  /** Kept until the end: the rows are written last, so that the chain's head is locked only briefly. */
  audit(entry: AuditEntry): void;
  announce(event: LiveEvent): void;
  enqueue<T extends TaskName>(task: T, payload: TaskPayloads[T], options?: JobOptions): Promise<void>;
};

/**
 * Runs one governed change: a transaction whose jobs, live events and audit rows exist exactly if it commits.
 * What the database refuses comes out as a DomainError.
 */
export async function change<T>(ctx: Context, run: (c: Change) => Promise<T>): Promise<T> {
  const entries: AuditEntry[] = [];
  const events = new Map<string, LiveEvent>();
  let isCommitting = false;
  try {
    return await ctx.db.transaction(async (tx) => {
      const now = await beginAt(tx, ctx.at);
      const result = await run({
        db: tx,
        actor: ctx.actor,
        now,
        audit: (entry) => entries.push(entry),
        announce: (event) => events.set(`${event.topic}:${event.id}`, event),
        enqueue: (task, payload, options) => ctx.enqueue(tx, task, payload, options),
      });
      await announceAll(tx, [...events.values()]);
      await appendAudit(tx, ctx.actor, now, entries);
      isCommitting = true;
      return result;
    });
  } catch (error) {
    const refusal = asRefusal(error);
    throw isCommitting && refusal instanceof DomainError && refusal.code === "UNAVAILABLE"
      ? new DomainError("UNAVAILABLE", MAYBE_SAVED)
      : refusal;
  }
}

/** The answer to the commit is lost: nobody can say here that nothing was changed. */
const MAYBE_SAVED =
  "The database went away while this was being saved. Look whether it was saved before you do it again.";

async function beginAt(tx: Transaction, at: Date | undefined): Promise<Date> {
  const chosen = at ? sql`set_config('clearway.now', ${at.toISOString()}, true)` : sql`''`;
  const { rows } = await tx.execute<{ now: Date }>(
    sql`with chosen as materialized (select ${chosen} as at) select clearway_now() as now from chosen`,
  );
  const [row] = rows;
  if (!row) throw new DomainError("UNAVAILABLE", "The database did not tell the time.");
  return new Date(row.now);
}

async function announceAll(tx: Transaction, events: LiveEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.execute(
    sql`select pg_notify('clearway', e.value::text) from jsonb_array_elements(${JSON.stringify(events)}::jsonb) e`,
  );
}

/** Appends to the chain; the trigger numbers and hashes the rows and derives their columns from the payload. */
export async function appendAudit(
  tx: Transaction,
  actor: Actor,
  now: Date,
  entries: AuditEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  const payloads = entries.map((entry) => {
    const text = canonicalize(
      storable({
        at: now.toISOString(),
        actor: actorFacts(actor),
        action: entry.action,
        subject: { ...entry.subject, productId: entry.subject.productId ?? null },
        before: entry.before ?? null,
        after: entry.after ?? null,
        reason: entry.reason ?? null,
      }),
    );
    if (text === undefined)
      throw new DomainError("AUDIT_MISSING", "The audit row could not be written down.");
    return text;
  });
  await tx.execute(
    sql`insert into audit_events (payload) select value from unnest(array[${sql.join(
      payloads.map((payload) => sql`${payload}`),
      sql`, `,
    )}]::text[]) with ordinality as t(value, position) order by position`,
  );
}

/** PostgreSQL's jsonb holds neither U+0000 nor lone surrogates; both become the replacement character. */
function storable(value: object): unknown {
  const clean = (_: string, part: unknown) =>
    typeof part === "string" ? part.replaceAll("\u0000", "\ufffd").toWellFormed() : part;
  return JSON.parse(JSON.stringify(value, clean));
}

function actorFacts(actor: Actor): { kind: "person" | "system"; id: string | null; name: string } {
  switch (actor.kind) {
    case "person":
      return { kind: "person", id: actor.personId, name: actor.name };
    case "system":
      return { kind: "system", id: null, name: `Clearway (${actor.task})` };
    case "anonymous":
      throw new DomainError("UNAUTHENTICATED", "Sign in first.");
  }
}
