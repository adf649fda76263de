import { and, desc, eq, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { clients, environments, people, products, promotions, releases } from "@/db/schema";
import type { ListPromotions } from "@/domain/promotions/input";
import { ENDED_STATES, RUNNING_STATES } from "@/domain/promotions/status";
import { inScope } from "../auth/scope";
import type { Context } from "../context";
import { PROMOTION_SCOPE, readWaiting } from "./waiting";

const asked =
  sql<number>`(select coalesce(sum((r->>'minimum')::int), 0) from jsonb_array_elements(promotion_rules(promotions)) r)`.mapWith(
    Number,
  );
/** Who counts is worked out for the waiting ones only: it costs more than all the rest of a row. */
const missing = sql<
  number | null
>`case when promotions.state = 'awaiting_approval' then promotion_missing_approvals(promotions) end`;
const COLUMNS = {
  id: promotions.id,
  number: promotions.number,
  kind: promotions.kind,
  title: promotions.title,
  state: promotions.state,
  sourceBranch: promotions.sourceBranch,
  targetBranch: promotions.targetBranch,
  productKey: products.key,
  productName: products.name,
  environmentName: environments.name,
  clientName: clients.name,
  version: releases.version,
  requestedBy: people.name,
  outcomeCode: promotions.outcomeCode,
  outcomeText: promotions.outcomeText,
  createdAt: promotions.createdAt,
  updatedAt: promotions.updatedAt,
  startedAt: promotions.startedAt,
  endedAt: promotions.endedAt,
  asked,
  missing,
};

/** A page of the inbox: what waits for the reader first, then the newest. Paged by number. */
export async function listPromotions(ctx: Context, input: ListPromotions) {
  const personId = ctx.actor.kind === "person" ? ctx.actor.personId : null;
  const mine = new Set((await readWaiting(ctx)).map(({ id }) => id));
  const conditions: (SQL | undefined)[] = [
    inScope(ctx.actor, "promotions.read", PROMOTION_SCOPE),
    viewOf(input, personId, mine),
  ];
  if (input.productKey) conditions.push(eq(products.key, input.productKey));
  if (input.before) conditions.push(lt(promotions.number, input.before));
  const rows = await ctx.db
    .select(COLUMNS)
    .from(promotions)
    .innerJoin(products, eq(products.id, promotions.productId))
    .leftJoin(environments, eq(environments.id, promotions.environmentId))
    .leftJoin(clients, eq(clients.id, promotions.clientId))
    .leftJoin(releases, eq(releases.id, promotions.releaseId))
    .leftJoin(people, eq(people.id, promotions.requestedById))
    .where(and(...conditions))
    .orderBy(desc(promotions.number))
    .limit(input.limit + 1);
  const shown = rows.slice(0, input.limit);
  const counts = await countOf(ctx, shown);
  const items = shown.map((row) => ({ ...lineOf(row, counts.get(row.id)), waitsForMe: mine.has(row.id) }));
  const last = items.at(-1);
  return { items, next: rows.length > input.limit && last ? last.number : null };
}

type Counts = { id: string; approved: number; passed: number; gates: number };

/** Approvals in force and gates of the promotions' own revisions, of a whole page at once. */
async function countOf(ctx: Context, page: readonly { id: string }[]): Promise<Map<string, Counts>> {
  const ids = page.map(({ id }) => id);
  const { rows } = await ctx.db.execute<Counts>(sql`
    with page as (select id, revision from promotions where id = any (${sql.param(ids)}::uuid[]))
    select id, sum(approved)::int as approved, sum(passed)::int as passed, sum(gates)::int as gates from (
      select page.id, 1 as approved, 0 as passed, 0 as gates
      from page join votes v on v.promotion_id = page.id and v.revision = page.revision
      where v.decision = 'approve' and v.voided_at is null
      union all
      select page.id, 0, (g.status = 'pass')::int, 1
      from page join promotion_gates g on g.promotion_id = page.id and g.revision = page.revision) counted
    group by id`);
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * While people decide, what counts towards the rules; afterwards the approvals that were given, whatever became of the roles
 * since.
 */
function lineOf<Row extends { asked: number; missing: number | null }>(
  { asked, missing, ...row }: Row,
  counts: Counts | undefined,
) {
  const approvalsGiven = missing === null ? Math.min(asked, counts?.approved ?? 0) : asked - missing;
  return {
    ...row,
    approvalsAsked: asked,
    approvalsGiven,
    gatesPassed: counts?.passed ?? 0,
    gates: counts?.gates ?? 0,
  };
}

function viewOf(input: ListPromotions, personId: string | null, mine: ReadonlySet<string>) {
  switch (input.view) {
    case "waits-for-me":
      return sql`${promotions.id} = any (${sql.param([...mine])}::uuid[])`;
    case "mine":
      return personId ? eq(promotions.requestedById, personId) : sql`false`;
    case "running":
      return inArray(promotions.state, [...RUNNING_STATES]);
    case "done":
      return inArray(promotions.state, [...ENDED_STATES]);
    case "all":
      return undefined;
  }
}

/** Why nothing moves although it could: no worker has been seen, or the runner is off. */
export async function readStandstill(db: Db): Promise<{ isWorkerSeen: boolean; isRunnerEnabled: boolean }> {
  const { rows } = await db.execute<{ worker: boolean; runner: boolean }>(sql`
    select exists (select 1 from workers where seen_at > clock_timestamp() - interval '15 seconds') as worker,
      coalesce((select is_runner_enabled from installations), false) as runner`);
  return { isWorkerSeen: rows[0]?.worker ?? false, isRunnerEnabled: rows[0]?.runner ?? false };
}
