import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { environments, policies } from "@/db/schema";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { policyForBranch } from "../policies/queries";
import { readInstallation } from "../settings/queries";
import { readEnvironments } from "./matrix";

/** The policies in force that ask for what is verified in this environment, but for its own. */
export async function policiesAskingFor(db: Db, environmentId: string) {
  const { rows } = await db.execute<{ key: string; name: string }>(sql`
    select distinct p.key, p.name from policies p
    join environments target on target.id = ${environmentId}::uuid
    where p.rules->'verifiedIn' ? target.key
      and (exists (select 1 from environments e where e.policy_id = p.id and e.retired_at is null and e.id <> target.id)
        or exists (select 1 from branch_policies b where b.policy_id = p.id))
    order by p.name`);
  return rows;
}

type Counted = {
  id: string;
  slots: number;
  live: number;
  waiting: number;
  running: number;
  held: number;
  /** Promotions elsewhere that began while this environment was on their path, and wait for what is verified here. */
  needing: number;
};
type Asking = { id: string; key: string; name: string };

/** Everything an administrator edits: in their order, those that were retired included. */
export async function listEnvironments(ctx: Context) {
  demand(
    ctx.actor,
    "environments.edit",
    { productId: null },
    { noun: "environment", read: "environments.read" },
  );
  const [rows, hosts, counted, asking, choices, installation, master] = await Promise.all([
    readEnvironments(ctx),
    ctx.db.select({ id: environments.id, slotHostUrl: environments.slotHostUrl }).from(environments),
    readCounts(ctx.db),
    readAsking(ctx.db),
    readChoices(ctx.db),
    readInstallation(ctx.db),
    policyForBranch(ctx.db, "master"),
  ]);
  return {
    environments: rows.map((row) => ({
      ...row,
      slotHostUrl: hosts.find(({ id }) => id === row.id)?.slotHostUrl ?? null,
      counts: counted.find(({ id }) => id === row.id) ?? null,
      /** Policies in force that ask for what is verified there: it is not retired before they change. */
      askedForBy: asking.filter(({ id }) => id === row.id).map(({ name }) => name),
    })),
    policies: choices,
    /** Keys of the environments in which it must be verified before it merges into master. */
    masterAsks: master?.rules.verifiedIn ?? [],
    isDemonstration: installation?.isDemonstration ?? false,
  };
}

async function readCounts(db: Db): Promise<Counted[]> {
  const { rows } = await db.execute<Counted>(sql`
    select e.id, count(distinct s.id)::int as slots, count(distinct s.current_deployment_id)::int as live,
      count(distinct h.id)::int as held,
      (select count(*)::int from promotions p where p.environment_id = e.id and p.state in ('gating', 'awaiting_approval', 'ready')) as waiting,
      (select count(*)::int from promotions p where p.environment_id = e.id and p.state in ('executing', 'verifying', 'unknown', 'rolling_back')) as running,
      (select count(*)::int from promotions p
        join promotion_revisions r on r.promotion_id = p.id and r.revision = p.revision
        where p.state in ('gating', 'awaiting_approval', 'ready') and p.environment_id is distinct from e.id
          and r.rules->'verifiedIn' ? e.key) as needing
    from environments e left join slots s on s.environment_id = e.id
    left join slot_holds h on h.slot_id = s.id and h.released_at is null
    group by e.id`);
  return rows;
}

async function readAsking(db: Db): Promise<Asking[]> {
  const { rows } = await db.execute<Asking>(sql`
    select distinct target.id, p.key, p.name from environments target
    join policies p on p.rules->'verifiedIn' ? target.key
    where exists (select 1 from environments e where e.policy_id = p.id and e.retired_at is null and e.id <> target.id)
      or exists (select 1 from branch_policies b where b.policy_id = p.id)
    order by p.name`);
  return rows;
}

/** The newest version of every policy that an environment can have. */
async function readChoices(db: Db) {
  return db
    .selectDistinctOn([policies.key], {
      key: policies.key,
      name: policies.name,
      version: policies.version,
      subject: policies.subject,
      rules: policies.rules,
    })
    .from(policies)
    .where(sql`${policies.subject} = 'environment'`)
    .orderBy(policies.key, sql`${policies.version} desc`);
}
