import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Pool } from "pg";

export type Evidence = {
  pool: Pool;
  /** The bare repository of the promotions: git's own account of what was merged. */
  repository: string;
  /** The slot host's directory: its own account of what was installed. */
  slots: string;
  /** Votes that were answered with success. */
  acknowledged: readonly { promotionId: string; personId: string }[];
  /** Promotions whose request was answered with success. */
  requested: readonly string[];
  /** What every process wrote that had a part in it. */
  outputs: readonly (() => string)[];
  /** What the program answered to anybody. */
  answers: readonly string[];
  /** From a fault to the first write that succeeded again. */
  recoveries: readonly { fault: string; seconds: number; limit: number }[];
  /** What stands in no log and no answer. */
  secrets: () => readonly string[];
  /** Names of one product, and all that somebody of another product gets to read. */
  foreign: { names: readonly string[]; read: () => Promise<string> };
  /** How long connections may take to come to rest. Default: 10 s. */
  idleWithinMs?: number;
};

/**
 * What must hold after every fault, once things are quiet (V1 to V11 of the fault plan). Computed from plain SQL, git,
 * the slot host's disk and what was said, with nothing of the program's own but V7's reading: returns a sentence for
 * every breach. V6 is not here: webhooks do not exist yet.
 */
export async function checkInvariants(evidence: Evidence): Promise<string[]> {
  const found = await Promise.all([
    nothingAcknowledgedIsLost(evidence),
    mergesHappenOnce(evidence),
    installationsHappenOnce(evidence),
    effectsHaveAuthority(evidence.pool),
    chainHolds(evidence.pool),
    everyTransitionIsAudited(evidence.pool),
    nothingIsStuck(evidence.pool),
    nobodyReadsWhatIsForeign(evidence),
    slotsAreAsRecorded(evidence),
    nothingSecretIsTold(evidence),
    recoveredInTime(evidence),
    processesAreClean(evidence),
    connectionsAreIdle(evidence),
  ]);
  return found.flat();
}

type Row = Record<string, unknown>;

async function select<T extends Row>(pool: Pool, text: string, values: unknown[] = []): Promise<T[]> {
  return (await pool.query<T>(text, values)).rows;
}

async function nothingAcknowledgedIsLost({ pool, acknowledged, requested }: Evidence): Promise<string[]> {
  const votes = await select<{ promotion_id: string; person_id: string }>(
    pool,
    "select promotion_id, person_id from votes where voided_at is null",
  );
  const rows = await select<{ id: string }>(pool, "select id from promotions");
  const known = new Set(rows.map((row) => row.id));
  const kept = new Set(votes.map((vote) => `${vote.promotion_id} ${vote.person_id}`));
  return [
    ...acknowledged
      .filter((vote) => !kept.has(`${vote.promotionId} ${vote.personId}`))
      .map((vote) => `V1: the vote of ${vote.personId} on ${vote.promotionId} was acknowledged and is gone`),
    ...requested
      .filter((id) => !known.has(id))
      .map((id) => `V1: promotion ${id} was acknowledged and is gone`),
  ];
}

/** Every commit of the branches that says it is a promotion's merge, against the merges that are confirmed. */
async function mergesHappenOnce({ pool, repository }: Evidence): Promise<string[]> {
  const format = "--format=%H %(trailers:key=Clearway-Promotion,valueonly,separator=%x20)";
  const log = execFileSync("git", [`--git-dir=${repository}`, "log", "--branches", format], {
    encoding: "utf8",
  });
  const merged = log
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([sha, number]) => sha && number)
    .map(([sha, number]) => `#${number} ${sha}`);
  const confirmed = await select<{ effect: string }>(
    pool,
    `select '#' || p.number || ' ' || (o.result->>'commitSha') as effect from operations o
       join promotions p on p.id = o.promotion_id where o.kind = 'merge' and o.state = 'confirmed'`,
  );
  const twice = await select<{ number: number }>(
    pool,
    `select p.number from operations o join promotions p on p.id = o.promotion_id
      where o.kind = 'merge' and o.state = 'confirmed' group by p.number having count(*) > 1`,
  );
  return [
    ...difference(
      "V2: merge",
      merged,
      confirmed.map((row) => row.effect),
    ),
    ...twice.map((row) => `V2: promotion #${row.number} was merged more than once`),
  ];
}

/** Every time the host really installed something, by its own record, against the installations that are confirmed. */
async function installationsHappenOnce({ pool, slots }: Evidence): Promise<string[]> {
  const confirmed = await select<{ effect: string }>(
    pool,
    `select (expected->>'slotId') || ' ' || idempotency_key as effect from operations
       where kind = 'install' and state = 'confirmed'`,
  );
  const twice = await select<{ promotion: string }>(
    pool,
    `select promotion_id::text as promotion from operations where kind = 'install' and state = 'confirmed'
       group by promotion_id having count(*) > 1`,
  );
  return [
    ...difference(
      "V2: installation",
      effectsOn(slots),
      confirmed.map((row) => row.effect),
    ),
    ...twice.map((row) => `V2: promotion ${row.promotion} was installed more than once`),
  ];
}

function effectsOn(slots: string): string[] {
  return folders(slots).flatMap((slot) => {
    const record = path.join(slots, slot, "effects.ndjson");
    if (!existsSync(record)) return [];
    const lines = readFileSync(record, "utf8").trim().split("\n");
    return lines.map((line) => `${slot} ${(JSON.parse(line) as { operation: string }).operation}`);
  });
}

function folders(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

/** Counts, not sets: what happened twice is found although it was recorded once. */
function difference(what: string, happened: string[], recorded: string[]): string[] {
  const left = [...recorded];
  const unrecorded = happened.filter((effect) => {
    const index = left.indexOf(effect);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  return [
    ...unrecorded.map((effect) => `${what} ${effect} happened but is not recorded (again)`),
    ...left.map((effect) => `${what} ${effect} is recorded but did not happen`),
  ];
}

type Rule = { roles: string[]; minimum: number };
type Effect = Row & { id: string; number: number; rules: Rule[] | null };
type Hand = Row & { operation_id: string; human: string; roles: string[] };

/** What was done, with the revision that stood when it was begun: what came later counts for nothing. */
const EFFECTS = `effects as (
  select o.id, o.created_at as begun_at, p.id as promotion_id, p.number, p.kind, p.requested_by_id, p.product_id,
      p.environment_id, p.client_id, r.revision, r.rules, r.subject_digest
    from operations o join promotions p on p.id = o.promotion_id
    left join lateral (select * from promotion_revisions where promotion_id = p.id and created_at <= o.created_at
      order by revision desc limit 1) r on true
   where o.kind in ('merge', 'install'))`;

/** Several accounts of one human being are that one, also where it was found out later. */
const HUMANS = "humans as (select id, coalesce(same_as_id, id) as human from people)";

/**
 * Each effect had its quorum at the moment of its intent: different, active human beings who held their roles then, did
 * not administer, and had no hand in the change under any name.
 */
async function effectsHaveAuthority(pool: Pool): Promise<string[]> {
  const effects = await select<Effect>(
    pool,
    `with ${EFFECTS} select id, number, case
         when kind = 'rollback' and requested_by_id is null then '[]'::jsonb
         when kind = 'rollback' then rules->'rollbackApprovals' else rules->'approvals' end as rules from effects`,
  );
  const hands = await select<Hand>(
    pool,
    `with ${EFFECTS}, ${HUMANS}
     select e.id as operation_id, h.human, array_agg(distinct g.role::text) as roles
       from effects e
       join votes v on v.promotion_id = e.promotion_id and v.revision = e.revision and v.subject_digest = e.subject_digest
       join humans h on h.id = v.person_id
       join people pe on pe.id = h.human and pe.is_active
       join grants g on g.person_id = v.person_id and g.created_at <= e.begun_at
        and (g.revoked_at is null or g.revoked_at > e.begun_at)
        and (g.scope_kind = 'organisation' or g.scope_id in (e.product_id, e.environment_id, e.client_id))
      where v.decision = 'approve' and v.decided_at <= e.begun_at
        and (v.voided_at is null or v.voided_at > e.begun_at)
        and not exists (select 1 from promotion_contributors c join humans ch on ch.id = c.person_id
          where c.promotion_id = e.promotion_id and ch.human = h.human)
        and not exists (select 1 from grants a join humans ah on ah.id = a.person_id
          where ah.human = h.human and a.role = 'platform_admin' and a.created_at <= e.begun_at
            and (a.revoked_at is null or a.revoked_at > e.begun_at))
      group by e.id, h.human`,
  );
  return effects
    .filter((effect) => {
      if (!effect.rules) return true;
      const seats = effect.rules.flatMap((rule) => Array<string[]>(rule.minimum).fill(rule.roles));
      return !canSeat(
        seats,
        hands.filter((hand) => hand.operation_id === effect.id),
      );
    })
    .map((effect) => `V3: an effect of #${effect.number} had no quorum when it was begun`);
}

/** One person fills one seat: tried out, since there are only ever a handful. */
function canSeat([seat, ...others]: string[][], hands: Hand[]): boolean {
  if (!seat) return true;
  return hands.some(
    (hand) =>
      hand.roles.some((role) => seat.includes(role)) &&
      canSeat(
        others,
        hands.filter((one) => one !== hand),
      ),
  );
}

async function chainHolds(pool: Pool): Promise<string[]> {
  const broken = await select<{ sequence: string }>(
    pool,
    `select sequence from (
       select sequence, payload, hash, previous_hash,
         lag(hash, 1, '\\x'::bytea) over (order by sequence) as before, row_number() over (order by sequence) as place
       from audit_events) e
     where sequence <> place or previous_hash <> before
        or hash <> sha256('\\x01'::bytea || before || convert_to(payload, 'UTF8'))
     order by sequence limit 1`,
  );
  const heads = await select<{ ok: boolean }>(
    pool,
    `select h.sequence = e.sequence and h.hash = e.hash as ok from audit_head h
       left join lateral (select sequence, hash from audit_events order by sequence desc limit 1) e on true`,
  );
  return [
    ...broken.map((row) => `V4: the audit chain is broken at ${row.sequence}`),
    ...(heads[0]?.ok ? [] : ["V4: the head of the audit chain is not its last row"]),
  ];
}

/** The states in the audit rows, one after the other, lead from the first state to the present one without a gap. */
async function everyTransitionIsAudited(pool: Pool): Promise<string[]> {
  const subjects = await select<{
    id: string;
    label: string;
    first: string;
    now: string;
    moves: number | null;
  }>(
    pool,
    `select id::text, 'promotion #' || number as label, 'gating' as first, state::text as now, version as moves from promotions
     union all select id::text, 'deployment ' || number, 'starting', state::text, null from deployments`,
  );
  const moves = await select<{ id: string; from: string; to: string }>(
    pool,
    `select subject_id as id, payload::jsonb->'before'->>'state' as from, payload::jsonb->'after'->>'state' as to
       from audit_events where subject_type in ('promotion', 'deployment')
        and payload::jsonb->'before' ? 'state' and payload::jsonb->'after' ? 'state' order by sequence`,
  );
  return subjects.flatMap(({ id, label, first, now, moves: count }) => {
    const mine = moves.filter((move) => move.id === id);
    let state = first;
    for (const move of mine) {
      if (move.from !== state)
        return [`V4: ${label} went from ${state} to ${move.from} without an audit row`];
      state = move.to;
    }
    if (state !== now) return [`V4: ${label} is ${now}, its audit rows end at ${state}`];
    return count === null || count === mine.length
      ? []
      : [`V4: ${label} moved ${count} times, with ${mine.length} audit rows`];
  });
}

/** V5 alone: nothing is left to do, and nobody waits for something that does not come. */
export async function nothingIsStuck(pool: Pool): Promise<string[]> {
  const rows = await select<{ breach: string }>(
    pool,
    `select 'V5: promotion #' || number || ' is left ' || state as breach from promotions
      where state in ('ready', 'executing', 'verifying', 'unknown', 'rolling_back')
         or (state in ('gating', 'needs_human') and outcome_text is null)
     union all select 'V5: an operation is left open with a lease until ' || coalesce(lease_until::text, 'never')
      from operations where not is_settled
     union all select 'V5: deployment ' || number || ' still holds its slot' from deployments
      where state in ('starting', 'verifying', 'unknown')
     union all select 'V5: job ' || j.key || ' of run ' || r.number || ' is ' || j.state || ', with a lease until '
         || coalesce(j.lease_until::text, 'never')
      from pipeline_jobs j join pipeline_runs r on r.id = j.run_id
      where j.lease_until < clearway_now() or (j.state = 'running' and j.lease_until is null)
     -- Jobs that wait while the runner is turned off wait for a person.
     union all select 'V5: run ' || number || ' is running, and none of its jobs is' from pipeline_runs r
      where state = 'running'
        and not exists (select 1 from pipeline_jobs where run_id = r.id and state in ('queued', 'running'))
        and (exists (select 1 from installations where is_runner_enabled)
          or not exists (select 1 from pipeline_jobs where run_id = r.id and state = 'waiting'))
     union all select 'V5: the import of ' || r.key || ' is ' || i.phase || ', with a lease until '
         || coalesce(i.lease_until::text, 'never')
      from repository_imports i join repositories r on r.id = i.repository_id
      where r.state = 'importing' and i.finished_at is null
        and (i.lease_until is null or i.lease_until < clearway_now())
     union all select 'V5: the deletion of ' || name || ' is left ' || state from branch_deletions
      where state in ('requested', 'restoring')
     union all select 'V5: a job of ' || t.identifier || ' is left, locked by ' || coalesce(j.locked_by, 'nobody')
      from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
      where (j.locked_by is not null or (j.attempts < j.max_attempts and (j.run_at <= now() or j.attempts > 0)))
        -- Asked for twice, it finds nothing to do the second time.
        and not (j.locked_by is null and t.identifier = 'promotions.execute' and exists (
          select 1 from promotions p where p.id::text = j.payload->>'promotionId'
            and p.state in ('succeeded', 'failed', 'rolled_back', 'rejected', 'cancelled', 'superseded', 'expired')))
     union all select 'V5: a job of ' || task_identifier || ' was given up: ' || last_error
      from graphile_worker.jobs where attempts >= max_attempts and key is not null`,
  );
  return rows.map((row) => row.breach);
}

/** Somebody of another product asks for everything there is, and no name of this one is in the answers. */
async function nobodyReadsWhatIsForeign({ foreign }: Evidence): Promise<string[]> {
  const got = await foreign.read();
  return foreign.names
    .filter((name) => got.includes(name))
    .map((name) => `V7: somebody of another product was told "${name}"`);
}

async function nothingSecretIsTold({ secrets, outputs, answers }: Evidence): Promise<string[]> {
  const told = [...outputs.map((output) => output()), ...answers];
  return secrets().flatMap((secret, index) =>
    secret !== "" && told.some((text) => text.includes(secret))
      ? [`V9: secret ${index + 1} stands in what a process wrote or answered`]
      : [],
  );
}

async function recoveredInTime({ recoveries }: Evidence): Promise<string[]> {
  return recoveries
    .filter(({ seconds, limit }) => seconds > limit)
    .map(
      ({ fault, seconds, limit }) => `V10: after ${fault} writing took ${seconds} s, more than ${limit} s`,
    );
}

const UNCLEAN = /unhandled ?(promise)? ?rejection|uncaught ?exception|FATAL ERROR|MaxListenersExceeded/i;

async function processesAreClean({ outputs }: Evidence): Promise<string[]> {
  return outputs.flatMap((output) => {
    const line = output()
      .split("\n")
      .find((one) => UNCLEAN.test(one));
    return line ? [`V11: a process wrote: ${line.slice(0, 200)}`] : [];
  });
}

const IDLE_WITHIN_MS = 10_000;

/** No connection is left in a transaction or in a query, once what runs at this moment has ended. */
async function connectionsAreIdle({ pool, idleWithinMs = IDLE_WITHIN_MS }: Evidence): Promise<string[]> {
  for (const end = Date.now() + idleWithinMs; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const busy = await select<{ breach: string }>(
      pool,
      `select 'V11: a connection is ' || state || ' since ' || state_change as breach from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`,
    );
    if (busy.length === 0) return [];
    if (Date.now() > end) return busy.map((row) => row.breach);
  }
}

/**
 * What the host has made current in a slot is what the database says was last installed there, verified or not, by the
 * fence of that deployment; and where that was verified, it is what the database calls current.
 */
async function slotsAreAsRecorded({ pool, slots }: Evidence): Promise<string[]> {
  const recorded = await select<{
    id: string;
    digest: string | null;
    fence: number | null;
    is_current: boolean;
  }>(
    pool,
    `select s.id, d.artifact_sha256 as digest, d.fence::int as fence,
        d.state is distinct from 'live' or d.id is not distinct from s.current_deployment_id as is_current
       from slots s left join lateral (
         select * from deployments where slot_id = s.id and verifying_at is not null order by fence desc limit 1
       ) d on true`,
  );
  return recorded.flatMap(({ id, digest, fence, is_current: isCurrent }) => {
    const file = path.join(slots, id, "current", "state.json");
    const there = existsSync(file)
      ? (JSON.parse(readFileSync(file, "utf8")) as { digest: string; fence: number | null })
      : null;
    return [
      ...((there?.digest ?? null) === digest
        ? []
        : [`V8: slot ${id} has ${there?.digest}, the database says ${digest}`]),
      ...(!there || there.fence === fence
        ? []
        : [`V8: slot ${id} has obeyed fence ${there.fence}, the database says ${fence}`]),
      ...(isCurrent ? [] : [`V8: what is live in slot ${id} is not what the database calls current`]),
    ];
  });
}
