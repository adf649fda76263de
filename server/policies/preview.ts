import { and, desc, eq, gte, inArray, or, type SQL, sql } from "drizzle-orm";
import { promotions } from "@/db/schema";
import { classifyBranch } from "@/domain/branches/naming";
import { notFound } from "@/domain/errors";
import type { Role } from "@/domain/people/roles";
import type { JobState, RunState } from "@/domain/pipelines/status";
import type { PreviewPolicy } from "@/domain/policies/input";
import { type Concluded, replay, summarise } from "@/domain/policies/replay";
import { ENDED_STATES, type GateKey, type GateStatus } from "@/domain/promotions/status";
import { inScope } from "../auth/scope";
import type { Context } from "../context";
import { demandPolicyEditor } from "./commands";
import { readTargets, type Target } from "./eligible";
import { readFindings } from "./obstacles";
import { newestPolicy } from "./queries";

const DAYS = 90;
const AT_MOST = 500;
const LISTED = 100;

/** What these rules would have said of the last 90 days, and whether they could be fulfilled today. Nothing is saved. */
export async function previewPolicy(ctx: Context, { key, rules }: PreviewPolicy) {
  demandPolicyEditor(ctx);
  const before = await newestPolicy(ctx.db, key);
  if (!before) throw notFound("policy");
  const targets = await readTargets(ctx.db, key);
  const [{ obstacles, warnings }, past, asOf] = await Promise.all([
    readFindings(ctx.db, rules, targets, before.rules),
    readConcluded(ctx, targets),
    readNow(ctx),
  ]);
  const replays = past.map((one) => ({ past: one, replay: replay(rules, one) }));
  const different = replays.filter(({ past: one, replay: said }) =>
    one.wasCarriedOut ? said.verdict !== "same" : one.state === "expired" && said.verdict === "same",
  );
  return {
    obstacles,
    /** It can be published, and there are hardly people enough. */
    warnings,
    asOf,
    days: DAYS,
    isCut: past.length >= AT_MOST,
    decidesNowhere: targets.length === 0,
    summary: summarise(replays),
    different: different.slice(0, LISTED).map(({ past: one, replay: said }) => ({
      number: one.number,
      title: one.title,
      state: one.state,
      endedAt: one.endedAt,
      ...said,
    })),
    more: Math.max(0, different.length - LISTED),
  };
}

async function readNow(ctx: Context): Promise<Date> {
  const { rows } = await ctx.db.execute<{ now: Date }>(sql`select clearway_now() as now`);
  return new Date(rows[0]?.now ?? Date.now());
}

async function whereTo(ctx: Context, targets: readonly Target[]): Promise<SQL | null> {
  const places = targets.flatMap((target) => (target.kind === "environment" ? [target.environmentId] : []));
  const kinds = targets.flatMap((target) => (target.kind === "branch" ? [target.branchKind] : []));
  const named = kinds.length
    ? await ctx.db
        .selectDistinct({ name: promotions.targetBranch })
        .from(promotions)
        .where(
          and(
            eq(promotions.kind, "merge"),
            gte(promotions.createdAt, sql`clearway_now() - interval '180 days'`),
          ),
        )
    : [];
  const branches = named.flatMap(({ name }) =>
    name && kinds.includes(classifyBranch(name).kind) ? [name] : [],
  );
  const conditions = [
    ...(places.length ? [inArray(promotions.environmentId, places)] : []),
    ...(branches.length ? [inArray(promotions.targetBranch, branches)] : []),
  ];
  return or(...conditions) ?? null;
}

async function readConcluded(ctx: Context, targets: readonly Target[]): Promise<Concluded[]> {
  const there = await whereTo(ctx, targets);
  if (!there) return [];
  const rows = await ctx.db
    .select()
    .from(promotions)
    .where(
      and(
        there,
        inArray(promotions.state, [...ENDED_STATES]),
        gte(promotions.endedAt, sql`clearway_now() - make_interval(days => ${DAYS})`),
        inScope(ctx.actor, "promotions.read", {
          productId: promotions.productId,
          clientId: promotions.clientId,
          environmentId: promotions.environmentId,
        }),
      ),
    )
    .orderBy(desc(promotions.endedAt), desc(promotions.number))
    .limit(AT_MOST);
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return [];
  const [votes, runs, facts] = await Promise.all([
    readVotes(ctx, ids),
    readRuns(ctx, ids),
    readFacts(ctx, ids),
  ]);
  return rows.map((row): Concluded => {
    const own = facts.find(({ promotionId }) => promotionId === row.id);
    const run = runs.find(({ promotionId }) => promotionId === row.id);
    const endedAt = row.endedAt ?? row.updatedAt;
    return {
      number: row.number,
      title: row.title,
      kind: row.kind,
      state: row.state,
      endedAt,
      wasCarriedOut: row.startedAt !== null,
      isOwnRollback: row.kind === "rollback" && row.requestedById === null,
      votes: votes
        .filter(({ promotionId }) => promotionId === row.id)
        .map(({ personId, roles, decidedAt, authenticatedAt }) => ({
          personId,
          roles,
          decidedAt: new Date(decidedAt),
          authenticatedAt: authenticatedAt ? new Date(authenticatedAt) : null,
        })),
      targetMovedAt: own?.targetMovedAt ? new Date(own.targetMovedAt) : null,
      hours: ((row.startedAt ?? endedAt).getTime() - row.createdAt.getTime()) / 3_600_000,
      run: run ? { state: run.state, jobs: run.jobs } : null,
      gates: own?.gates ?? {},
      verified: own?.verified ?? {},
      wasOnMaster: own?.wasOnMaster ?? null,
    };
  });
}

const asArray = (ids: readonly string[]) =>
  sql`array[${sql.join(
    ids.map((id) => sql`${id}::uuid`),
    sql`, `,
  )}]`;

type VoteRow = {
  promotionId: string;
  personId: string;
  roles: Role[];
  decidedAt: string;
  authenticatedAt: string | null;
};

/** Approvals of the last revision by people without a hand in it, with the roles that they held at that moment. */
async function readVotes(ctx: Context, ids: readonly string[]): Promise<VoteRow[]> {
  const { rows } = await ctx.db.execute<VoteRow>(sql`
    select v.promotion_id as "promotionId", v.person_id as "personId", v.decided_at as "decidedAt",
      v.authenticated_at as "authenticatedAt",
      coalesce((select jsonb_agg(distinct g.role) from grants g
        where g.person_id = v.person_id and g.created_at <= v.decided_at
          and (g.revoked_at is null or g.revoked_at > v.decided_at)
          and case g.scope_kind when 'organisation' then true when 'product' then g.scope_id = p.product_id
            when 'environment' then g.scope_id = p.environment_id when 'client' then g.scope_id = p.client_id end), '[]'::jsonb) as roles
    from votes v join promotions p on p.id = v.promotion_id and p.revision = v.revision
    where v.promotion_id = any(${asArray(ids)}) and v.decision = 'approve' and v.voided_at is null
      and not exists (select 1 from promotion_contributors c
        where c.promotion_id = p.id and canonical_person(c.person_id) = canonical_person(v.person_id))`);
  return rows;
}

type RunRow = {
  promotionId: string;
  state: RunState;
  jobs: { key: string; attempt: number; state: JobState }[];
};

/** The newest run of the tree that was merged, or that the release was built from. */
async function readRuns(ctx: Context, ids: readonly string[]): Promise<RunRow[]> {
  const { rows } = await ctx.db.execute<RunRow>(sql`
    select p.id as "promotionId", run.state,
      coalesce((select jsonb_agg(jsonb_build_object('key', j.key, 'attempt', j.attempt, 'state', j.state))
        from pipeline_jobs j where j.run_id = run.id), '[]'::jsonb) as jobs
    from promotions p
    left join releases r on r.id = p.release_id
    left join lateral (select c.tree_oid from merge_candidates c where c.promotion_id = p.id and c.revision = p.revision
      order by c.created_at desc, c.id desc limit 1) candidate on p.kind = 'merge'
    join lateral (select run.id, run.state from pipeline_runs run
      where run.repository_id = p.repository_id and run.tree_oid = coalesce(candidate.tree_oid, r.tree_oid)
      order by run.number desc limit 1) run on true
    where p.id = any(${asArray(ids)})`);
  return rows;
}

type FactRow = {
  promotionId: string;
  gates: Partial<Record<GateKey, GateStatus>>;
  verified: Record<string, boolean>;
  targetMovedAt: string | null;
  wasOnMaster: boolean | null;
};

/**
 * Gates as they stood at the end; where it had been verified: for a deployment in every environment, by what was
 * deployed before it began; for a merge only where its own gate looked.
 */
async function readFacts(ctx: Context, ids: readonly string[]): Promise<FactRow[]> {
  const { rows } = await ctx.db.execute<FactRow>(sql`
    select p.id as "promotionId",
      coalesce((select jsonb_object_agg(g.key, g.status) from promotion_gates g
        where g.promotion_id = p.id and g.revision = p.revision), '{}'::jsonb) as gates,
      case when p.kind = 'merge' then coalesce((
        select jsonb_object_agg(seen.environment, seen.verified) from (
          select e->>'environment' as environment, bool_and((e->>'isThisTree')::boolean) as verified
          from promotion_gates g, jsonb_array_elements(g.facts->'environments') e
          where g.promotion_id = p.id and g.revision = p.revision and g.key = 'verified_in'
          group by 1) seen), '{}'::jsonb)
      else coalesce((
        select jsonb_object_agg(e.key, exists (
          select 1 from deployments d join slots s on s.id = d.slot_id
          where d.release_id = p.release_id and s.environment_id = e.id and s.component_id = slot.component_id
            and d.state in ('live', 'superseded', 'rolled_back') and d.finished_at <= coalesce(p.started_at, p.ended_at)))
        from environments e), '{}'::jsonb) end as verified,
      (select max(c.created_at) from merge_candidates c where c.promotion_id = p.id and c.revision = p.revision) as "targetMovedAt",
      case when p.release_id is not null then exists (
        select 1 from release_commits rc where rc.release_id = p.release_id and rc.ref = 'refs/heads/master'
          and rc.created_at <= coalesce(p.started_at, p.ended_at)) end as "wasOnMaster"
    from promotions p left join slots slot on slot.id = p.slot_id
    where p.id = any(${asArray(ids)})`);
  return rows;
}
