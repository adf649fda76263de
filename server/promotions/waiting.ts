import { and, eq, sql } from "drizzle-orm";
import { promotions } from "@/db/schema";
import { inScope } from "../auth/scope";
import type { Context } from "../context";

export const PROMOTION_SCOPE = {
  productId: promotions.productId,
  clientId: promotions.clientId,
  environmentId: promotions.environmentId,
};

type Waiting = readonly { id: string; updatedAt: Date }[];

const readOf = new WeakMap<object, Promise<Waiting>>();

/**
 * The promotions on which the reader's vote is still wanted: it would bring the approvals nearer, they had no hand in the
 * change and have not voted. The same facts the database checks when they vote. A page asks in several places: it is
 * read once a request.
 */
export function readWaiting(ctx: Context): Promise<Waiting> {
  const known = ctx.request && readOf.get(ctx.request);
  if (known) return known;
  const waiting = ask(ctx);
  if (ctx.request) readOf.set(ctx.request, waiting);
  return waiting;
}

async function ask(ctx: Context): Promise<Waiting> {
  if (ctx.actor.kind !== "person") return [];
  const { personId } = ctx.actor;
  return ctx.db
    .select({ id: promotions.id, updatedAt: promotions.updatedAt })
    .from(promotions)
    .where(
      and(
        eq(promotions.state, "awaiting_approval"),
        inScope(ctx.actor, "promotions.read", PROMOTION_SCOPE),
        sql`not exists (select 1 from votes v where v.promotion_id = promotions.id and v.revision = promotions.revision
          and v.person_id = ${personId}::uuid and v.voided_at is null)`,
        sql`is_eligible(promotions, ${personId}::uuid, promotion_approvals(promotions)->'roles')`,
      ),
    );
}

/** How many wait for the reader, and since when the oldest does. */
export async function countWaiting(ctx: Context): Promise<{ count: number; oldest: Date | null }> {
  const waiting = await readWaiting(ctx);
  const [oldest = null] = waiting.map(({ updatedAt }) => updatedAt).sort((a, b) => a.getTime() - b.getTime());
  return { count: waiting.length, oldest };
}
