import { type AnyColumn, aliasedTable, and, asc, desc, eq, sql } from "drizzle-orm";
import {
  auditEvents,
  clients,
  components,
  deploymentChecks,
  deployments,
  environments,
  mergeCandidates,
  operations,
  people,
  policies,
  products,
  promotionContributors,
  promotionGates,
  promotionRevisions,
  promotions,
  pullRequests,
  releases,
  repositories,
  slots,
  votes,
} from "@/db/schema";
import { notFound } from "@/domain/errors";
import { can } from "@/domain/permissions";
import { type Filled, fillRules } from "@/domain/policies/filled";
import { eligibility } from "@/domain/promotions/eligibility";
import { ENDED_STATES, isIn, WAITING_STATES } from "@/domain/promotions/status";
import { inScope } from "../auth/scope";
import type { Context } from "../context";
import { activeDeployment } from "../deployments/rows";
import { readLeaving } from "../releases/leaving";
import { readDecidedBy } from "./decided-by";
import { readStandstill } from "./inbox";
import { waitsForPerson } from "./resolve";

const requester = aliasedTable(people, "requester");

const numberOf = (id: AnyColumn) =>
  sql<number | null>`(select other.number from promotions other where other.id = ${id})`;

async function readHead(ctx: Context, number: number) {
  const [row] = await ctx.db
    .select({
      promotion: promotions,
      revision: promotionRevisions,
      policy: {
        key: policies.key,
        name: policies.name,
        version: policies.version,
        rules: promotionRevisions.rules,
      },
      product: { key: products.key, name: products.name },
      repository: { key: repositories.key, name: repositories.name },
      environment: {
        key: environments.key,
        name: environments.name,
        isProduction: environments.isProduction,
      },
      client: { key: clients.key, name: clients.name },
      component: { key: components.key, name: components.name },
      release: {
        id: releases.id,
        version: releases.version,
        digest: releases.digest,
        withdrawnAt: releases.withdrawnAt,
      },
      pullRequestNumber: pullRequests.number,
      requestedBy: requester.name,
      supersededByNumber: numberOf(promotions.supersededById),
      rollsBackNumber: numberOf(promotions.rollsBackId),
    })
    .from(promotions)
    .innerJoin(
      promotionRevisions,
      and(
        eq(promotionRevisions.promotionId, promotions.id),
        eq(promotionRevisions.revision, promotions.revision),
      ),
    )
    .innerJoin(policies, eq(policies.id, promotionRevisions.policyId))
    .innerJoin(products, eq(products.id, promotions.productId))
    .innerJoin(repositories, eq(repositories.id, promotions.repositoryId))
    .leftJoin(environments, eq(environments.id, promotions.environmentId))
    .leftJoin(clients, eq(clients.id, promotions.clientId))
    .leftJoin(slots, eq(slots.id, promotions.slotId))
    .leftJoin(components, eq(components.id, slots.componentId))
    .leftJoin(releases, eq(releases.id, promotions.releaseId))
    .leftJoin(pullRequests, eq(pullRequests.id, promotions.pullRequestId))
    .leftJoin(requester, eq(requester.id, promotions.requestedById))
    .where(
      and(
        eq(promotions.number, number),
        inScope(ctx.actor, "promotions.read", {
          productId: promotions.productId,
          clientId: promotions.clientId,
          environmentId: promotions.environmentId,
        }),
      ),
    );
  if (!row) throw notFound("promotion");
  return row;
}

type Head = Awaited<ReturnType<typeof readHead>>;

/** The promotion card: what is decided on, its gates, who may decide and what has happened. */
export async function getPromotion(ctx: Context, { number }: { number: number }) {
  const head = await readHead(ctx, number);
  const { promotion } = head;
  const [
    gates,
    contributors,
    cast,
    { rules, missing },
    run,
    history,
    rollback,
    revisions,
    content,
    mustSignInAgain,
    decidedBy,
    leaving,
  ] = await Promise.all([
    readGates(ctx, head),
    readContributorNames(ctx, head),
    readVotes(ctx, head),
    readRules(ctx, head),
    readExecution(ctx, head),
    readHistory(ctx, head),
    readRollback(ctx, head),
    readRevisions(ctx, head),
    readContent(ctx, head),
    mustProveAgain(ctx, head),
    readDecidedBy(ctx, promotion.id),
    readWhatLeaves(ctx, head),
  ]);
  const { personId } = ctx.actor.kind === "person" ? ctx.actor : { personId: null };
  const live = cast.filter((vote) => vote.revision === promotion.revision && vote.voidedAt === null);
  const isWaiting = isIn(promotion.state, WAITING_STATES);
  return {
    ...head,
    gates,
    contributors,
    votes: cast,
    rules,
    /** How many people still have to approve, by the same rule as the database's own when they vote. */
    missingApprovals: missing,
    ...run,
    history,
    rollback,
    revisions,
    content,
    decidedBy,
    /** Of a rollback that has not ended: the release that leaves, and what withdrawing it would mean. */
    leaving,
    you: {
      ...eligibility({
        state: promotion.state,
        contributions: contributors.filter((one) => one.personId === personId).map((one) => one.why),
        rules: rules
          .filter((rule) => rule.includesYou)
          .map((rule) => ({ name: rule.name, isFilled: !rule.isWanted })),
        hasVoted: live.some((vote) => vote.personId === personId),
      }),
      /** The policy asks for a fresh sign-in, and theirs is too old for a vote. */
      mustSignInAgain,
      /** Source belongs to a product: whoever is there for one client or environment sees what is decided, not the code. */
      canReadFiles: can(ctx.actor, "repositories.read", { productId: promotion.productId }),
      /** May add whoever wrote a commit that belongs to nobody. */
      canManagePeople: can(ctx.actor, "people.manage", { productId: null }),
      canWithdrawVote: isWaiting && live.some((vote) => vote.personId === personId),
      canCancel:
        isWaiting &&
        can(ctx.actor, "promotions.cancel", promotion) &&
        (promotion.requestedById === personId ||
          can(ctx.actor, "promotions.resolve", promotion) ||
          can(ctx.actor, "settings.edit", promotion)),
      /** A deployment that was rejected or cancelled can be asked for anew, whoever asked for it. */
      canAskAgain:
        promotion.kind === "deploy" &&
        isIn(promotion.state, ["rejected", "cancelled"]) &&
        head.release?.withdrawnAt === null &&
        can(
          ctx.actor,
          head.environment?.isProduction ? "promotions.requestProduction" : "promotions.request",
          promotion,
        ),
      canRetry: promotion.state === "failed" && can(ctx.actor, "promotions.retry", promotion),
      canResolve:
        can(ctx.actor, "promotions.resolve", promotion) && (await waitsForPerson(ctx.db, promotion)),
      /** Whoever may not withdraw a release holds the slot instead when they say that it was rolled back. */
      canWithdraw: can(ctx.actor, "releases.withdraw", { productId: promotion.productId }),
    },
  };
}

/** Half a minute less than the database allows: a vote that can be pressed must count. */
async function mustProveAgain(ctx: Context, { policy }: Head): Promise<boolean> {
  if (ctx.actor.kind !== "person" || !policy.rules.requiresStepUp) return false;
  const proved = ctx.actor.authenticatedAt?.toISOString() ?? null;
  const { rows } = await ctx.db.execute<{ isOld: boolean }>(
    sql`select coalesce(${proved}::timestamptz < clearway_now() - interval '9 minutes 30 seconds', true) as "isOld"`,
  );
  return rows[0]?.isOld ?? true;
}

function readGates(ctx: Context, { promotion }: Head) {
  return ctx.db
    .select({
      key: promotionGates.key,
      status: promotionGates.status,
      detail: promotionGates.detail,
      facts: promotionGates.facts,
      evaluatedAt: promotionGates.evaluatedAt,
    })
    .from(promotionGates)
    .where(and(eq(promotionGates.promotionId, promotion.id), eq(promotionGates.revision, promotion.revision)))
    .orderBy(promotionGates.key);
}

function readContributorNames(ctx: Context, { promotion }: Head) {
  return ctx.db
    .select({
      /** Of people who were found to be one, the one who stayed. */
      personId: sql<string>`coalesce(${people.sameAsId}, ${people.id})`,
      name: people.name,
      why: promotionContributors.why,
    })
    .from(promotionContributors)
    .innerJoin(people, eq(people.id, promotionContributors.personId))
    .where(eq(promotionContributors.promotionId, promotion.id))
    .orderBy(people.name, promotionContributors.why);
}

function readVotes(ctx: Context, { promotion }: Head) {
  return ctx.db
    .select({
      id: votes.id,
      revision: votes.revision,
      personId: people.id,
      name: people.name,
      decision: votes.decision,
      reason: votes.reason,
      decidedAt: votes.decidedAt,
      voidedAt: votes.voidedAt,
      voidReason: votes.voidReason,
    })
    .from(votes)
    .innerJoin(people, eq(people.id, votes.personId))
    .where(eq(votes.promotionId, promotion.id))
    .orderBy(desc(votes.decidedAt), votes.id);
}

type RuleRow = {
  key: string;
  name: string;
  roles: string[];
  minimum: number;
  /** The ids of those who approved and could fill it. */
  voters: string[];
  includesYou: boolean;
};

async function readRules(ctx: Context, { promotion }: Head) {
  const me = ctx.actor.kind === "person" ? ctx.actor.personId : null;
  const { rows } = await ctx.db.execute<RuleRow>(sql`
    select r->>'key' as key, r->>'name' as name, r->'roles' as roles, (r->>'minimum')::int as minimum,
      (select coalesce(jsonb_agg(distinct v.person_id), '[]') from votes v where v.promotion_id = p.id and v.revision = p.revision
        and v.decision = 'approve' and v.voided_at is null and is_eligible(p, v.person_id, r->'roles')) as voters,
      exists (select 1 from grants g where g.person_id = ${me}::uuid and r->'roles' ? g.role::text
        and grant_covers(g, p.product_id, p.environment_id, p.client_id)) as "includesYou"
    from promotions p, jsonb_array_elements(promotion_rules(p)) with ordinality as rules(r, position)
    where p.id = ${promotion.id} order by position`);
  const filled = fillRules(rows, new Map(rows.map(({ key, voters }) => [key, new Set(voters)])));
  const isOpen = isIn(promotion.state, WAITING_STATES);
  const candidates = isOpen
    ? await readCandidates(ctx, promotion.id, rolesByLackingRule(rows, filled))
    : null;
  const rules = rows.map(({ voters: _, ...rule }) => ({
    ...rule,
    /** How many it has, where one person fills one rule only. */
    given: filled.given.get(rule.key) ?? 0,
    /** One more approval of it brings the whole nearer, although it may have as many as it asks for. */
    isWanted: filled.wanted.has(rule.key),
    /** Where it lacks some: up to twelve of those who have not voted and whose approval would fill it, and how many there are. */
    people: candidates?.get(rule.key)?.people ?? [],
    peopleCount: candidates?.get(rule.key)?.count ?? 0,
  }));
  return { rules, missing: filled.missing };
}

type Candidates = { key: string; people: string[]; count: number };

/** Whose approval fills a rule that lacks some: also who stands in for a voter that then moves over. */
function rolesByLackingRule(rules: readonly RuleRow[], { ways }: Filled) {
  return [...ways].map(([key, through]) => ({
    key,
    roles: [...new Set(rules.filter((rule) => through.has(rule.key)).flatMap(({ roles }) => roles))],
  }));
}

async function readCandidates(
  ctx: Context,
  promotionId: string,
  wanted: readonly { key: string; roles: readonly string[] }[],
): Promise<ReadonlyMap<string, Candidates>> {
  if (wanted.length === 0) return new Map();
  const { rows } = await ctx.db.execute<Candidates>(sql`
    select w.key, could.count, coalesce(could.people, '[]'::jsonb) as people
    from promotions p, jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w(key text, roles jsonb),
      lateral (
        select count(*)::int as count, jsonb_agg(one.name order by one.name) filter (where one.place <= 12) as people
        from (
          select pe.name, row_number() over (order by pe.name, pe.id) as place
          from eligible_people(p, w.roles) e (id) join people pe on pe.id = e.id
          where not exists (select 1 from votes v where v.promotion_id = p.id and v.revision = p.revision
            and v.person_id = pe.id and v.voided_at is null)) one) could
    where p.id = ${promotionId}`);
  return new Map(rows.map((row) => [row.key, row]));
}

async function readExecution(ctx: Context, { promotion }: Head) {
  const [deployment] = promotion.slotId
    ? await ctx.db
        .select()
        .from(deployments)
        .where(eq(deployments.promotionId, promotion.id))
        .orderBy(desc(deployments.attempt))
        .limit(1)
    : [];
  const checks = deployment
    ? await ctx.db
        .select()
        .from(deploymentChecks)
        .where(eq(deploymentChecks.deploymentId, deployment.id))
        .orderBy(asc(deploymentChecks.attempt))
    : [];
  const steps = await ctx.db
    .select({
      id: operations.id,
      kind: operations.kind,
      state: operations.state,
      attempts: operations.attempts,
      idempotencyKey: operations.idempotencyKey,
      createdAt: operations.createdAt,
      updatedAt: operations.updatedAt,
    })
    .from(operations)
    .where(eq(operations.promotionId, promotion.id))
    .orderBy(asc(operations.createdAt), operations.id);
  return {
    deployment: deployment ?? null,
    checks,
    steps,
    waitsBecause: await whyNothingHappens(ctx, promotion),
  };
}

/** What keeps a promotion that could go on from going on. */
async function whyNothingHappens(ctx: Context, promotion: Head["promotion"]): Promise<string | null> {
  if (promotion.state === "ready" && promotion.slotId) {
    const holder = await activeDeployment(ctx.db, promotion.slotId);
    if (holder && holder.promotionId !== promotion.id) {
      return `The slot is busy with deployment ${holder.number}. This starts when it is free.`;
    }
  }
  if (!["gating", "ready", "executing", "verifying", "unknown", "rolling_back"].includes(promotion.state))
    return null;
  const { isWorkerSeen } = await readStandstill(ctx.db);
  return isWorkerSeen
    ? null
    : "No worker is running, so nothing moves. It goes on by itself when one is back.";
}

function readHistory(ctx: Context, { promotion }: Head) {
  return ctx.db
    .select({
      sequence: auditEvents.sequence,
      at: auditEvents.at,
      actorName: auditEvents.actorName,
      action: auditEvents.action,
      payload: auditEvents.payload,
    })
    .from(auditEvents)
    .where(and(eq(auditEvents.subjectType, "promotion"), eq(auditEvents.subjectId, promotion.id)))
    .orderBy(desc(auditEvents.sequence))
    .limit(100);
}

async function readRollback(ctx: Context, { promotion }: Head) {
  if (!promotion.slotId) return null;
  const [row] = await ctx.db
    .select({ number: promotions.number, state: promotions.state, title: promotions.title })
    .from(promotions)
    .where(eq(promotions.rollsBackId, promotion.id))
    .orderBy(desc(promotions.number))
    .limit(1);
  return row ?? null;
}

async function readWhatLeaves(ctx: Context, { promotion }: Head) {
  if (!promotion.slotId || !promotion.rollsBackId || isIn(promotion.state, ENDED_STATES)) return null;
  const [original] = await ctx.db
    .select({ releaseId: promotions.releaseId })
    .from(promotions)
    .where(eq(promotions.id, promotion.rollsBackId));
  if (!original?.releaseId) return null;
  return readLeaving(ctx.db, {
    releaseId: original.releaseId,
    slotId: promotion.slotId,
    isEverywhereTold: promotion.withdrawsRelease,
  });
}

/** Every revision with why it came to be, the newest first. */
function readRevisions(ctx: Context, { promotion }: Head) {
  return ctx.db
    .select({
      revision: promotionRevisions.revision,
      sourceSha: promotionRevisions.sourceSha,
      reason: promotionRevisions.reason,
      createdAt: promotionRevisions.createdAt,
    })
    .from(promotionRevisions)
    .where(eq(promotionRevisions.promotionId, promotion.id))
    .orderBy(desc(promotionRevisions.revision));
}

/** What travels, by its hashes: the merge that will be put on the target, or the artifact and what it replaces. */
async function readContent(ctx: Context, { promotion, release }: Head) {
  if (promotion.kind === "merge") {
    const [candidate] = await ctx.db
      .select({
        targetSha: mergeCandidates.targetSha,
        treeOid: mergeCandidates.treeOid,
        commitSha: mergeCandidates.commitSha,
      })
      .from(mergeCandidates)
      .where(
        and(eq(mergeCandidates.promotionId, promotion.id), eq(mergeCandidates.revision, promotion.revision)),
      )
      .orderBy(desc(mergeCandidates.createdAt), desc(mergeCandidates.id))
      .limit(1);
    return { kind: "merge" as const, candidate: candidate ?? null };
  }
  const { rows } = await ctx.db.execute<{
    treeOid: string;
    sha256: string | null;
    replaces: string | null;
  }>(sql`
    select r.tree_oid as "treeOid",
      (select a.sha256 from release_artifacts a join slots s on s.id = ${promotion.slotId}
        where a.release_id = r.id and a.component_id = s.component_id) as sha256,
      (select before.version from releases before where before.id = coalesce(
        (select p.release_id from deployments d join deployments p on p.id = d.previous_deployment_id
          where d.promotion_id = ${promotion.id} order by d.attempt desc limit 1),
        (select c.release_id from slots s join deployments c on c.id = s.current_deployment_id
          where s.id = ${promotion.slotId} and not exists (select 1 from deployments d where d.promotion_id = ${promotion.id}))
      )) as replaces
    from releases r where r.id = ${release?.id ?? null}::uuid`);
  return { kind: "deploy" as const, artifact: rows[0] ?? null };
}
