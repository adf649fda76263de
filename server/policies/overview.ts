import { asc, desc, eq, isNull, sql } from "drizzle-orm";
import { branchPolicies, environments, people, policies } from "@/db/schema";
import { BRANCH_KIND_NAMES } from "@/domain/branches/in-words";
import { BRANCH_KINDS } from "@/domain/branches/naming";
import { notFound } from "@/domain/errors";
import { can } from "@/domain/permissions";
import type { Context } from "../context";
import { readInstallation } from "../settings/queries";
import { demandPolicyEditor } from "./commands";
import { readTargets } from "./eligible";
import { readObstacles } from "./obstacles";

/** So many of the newest runs are looked through for job names. */
const RUNS_LOOKED_AT = 300;

const BRIEF = {
  key: policies.key,
  name: policies.name,
  version: policies.version,
  subject: policies.subject,
  rules: policies.rules,
  note: policies.note,
  createdAt: policies.createdAt,
  createdBy: people.name,
};

/** What decides where: every kind of branch and every environment in its order, and policies that decide nowhere. */
export async function listPolicies(ctx: Context) {
  const [bound, places, newest] = await Promise.all([
    ctx.db
      .select({ branchKind: branchPolicies.branchKind, policy: BRIEF })
      .from(branchPolicies)
      .innerJoin(policies, eq(policies.id, branchPolicies.policyId))
      .leftJoin(people, eq(people.id, policies.createdById)),
    ctx.db
      .select({
        id: environments.id,
        key: environments.key,
        name: environments.name,
        isProduction: environments.isProduction,
        policy: BRIEF,
      })
      .from(environments)
      .leftJoin(policies, eq(policies.id, environments.policyId))
      .leftJoin(people, eq(people.id, policies.createdById))
      .where(isNull(environments.retiredAt))
      .orderBy(asc(environments.position)),
    ctx.db
      .selectDistinctOn([policies.key], BRIEF)
      .from(policies)
      .leftJoin(people, eq(people.id, policies.createdById))
      .orderBy(policies.key, desc(policies.version)),
  ]);
  const inUse = new Set([...bound, ...places].flatMap(({ policy }) => (policy?.key ? [policy.key] : [])));
  return {
    branches: BRANCH_KINDS.map((branchKind) => ({
      branchKind,
      name: BRANCH_KIND_NAMES[branchKind],
      policy: bound.find((one) => one.branchKind === branchKind)?.policy ?? null,
    })),
    environments: places.map(({ policy, ...place }) => ({ ...place, policy: present(policy) })),
    idle: newest.filter(({ key }) => !inUse.has(key)),
    /** Everything that can be bound, by its newest version. */
    choices: newest.map(({ key, name, version, subject, rules }) => ({ key, name, version, subject, rules })),
  };
}

type Brief = Awaited<ReturnType<typeof listVersions>>[number];

/** A left join without its row has nothing but nulls. */
function present(policy: { [K in keyof Brief]: Brief[K] | null } | null): Brief | null {
  return policy?.key ? (policy as Brief) : null;
}

/**
 * One policy with all its versions, the newest first, and what it decides. Whether it could be fulfilled today is told
 * to those who edit it: the reasons name products.
 */
export async function getPolicy(ctx: Context, { key }: { key: string }) {
  const versions = await listVersions(ctx, key);
  const [policy] = versions;
  if (!policy) throw notFound("policy");
  const [targets, places, installation] = await Promise.all([
    readTargets(ctx.db, key),
    ctx.db
      .select({ id: environments.id, key: environments.key, name: environments.name })
      .from(environments)
      .where(isNull(environments.retiredAt))
      .orderBy(asc(environments.position)),
    readInstallation(ctx.db),
  ]);
  return {
    policy,
    versions,
    targets: targets.map((target) =>
      target.kind === "branch"
        ? { ...target, name: `${BRANCH_KIND_NAMES[target.branchKind]} branches` }
        : { ...target, name: places.find(({ id }) => id === target.environmentId)?.name ?? "" },
    ),
    environments: places,
    obstacles: can(ctx.actor, "policies.edit", { productId: null })
      ? await readObstacles(ctx.db, policy.rules, targets)
      : [],
    isDemonstration: installation?.isDemonstration ?? false,
  };
}

function listVersions(ctx: Context, key: string) {
  return ctx.db
    .select(BRIEF)
    .from(policies)
    .leftJoin(people, eq(people.id, policies.createdById))
    .where(eq(policies.key, key))
    .orderBy(desc(policies.version));
}

/** Jobs that the newest runs had, with the repositories that have them: what can be asked for by name. */
export async function listChecks(ctx: Context) {
  demandPolicyEditor(ctx);
  const { rows } = await ctx.db.execute<{ key: string; repositories: string[] }>(sql`
    select split_part(j.key, '/', 1) as key, jsonb_agg(distinct r.key order by r.key) as repositories
    from (select id, repository_id from pipeline_runs order by number desc limit ${RUNS_LOOKED_AT}) run
    join pipeline_jobs j on j.run_id = run.id
    join repositories r on r.id = run.repository_id
    group by 1 order by count(distinct r.key) desc, 1 limit 100`);
  const { rows: counted } = await ctx.db.execute<{ repositories: number }>(
    sql`select count(*)::int as repositories from repositories`,
  );
  return { checks: rows, repositories: counted[0]?.repositories ?? 0, runs: RUNS_LOOKED_AT };
}
