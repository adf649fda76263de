import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { votes } from "@/db/schema";
import { audited, givenGrant } from "@/db/testing/given";
import { createFaultyWorlds, type FaultyWorld } from "./testing/faulty-world";
import { checkInvariants, type Evidence } from "./testing/invariants";

let world: FaultyWorld;

const worlds = createFaultyWorlds(async (first) => {
  await first.begin();
  const { id } = await first.find(await first.mergeFeature("one", { one: "1" }));
  first.acknowledged.push({ promotionId: id, personId: first.staff.peer.personId });
});
beforeEach(async () => {
  ({ world } = await worlds.next());
});
afterEach(() => world.stop());
afterAll(() => worlds.remove());

const git = (...args: string[]) =>
  execFileSync("git", [`--git-dir=${world.directory}`, "-c", "user.name=x", "-c", "user.email=x", ...args], {
    encoding: "utf8",
  }).trim();
const run = (statement: string) => world.db.$client.query(statement);

/** Past every guard of the database, as somebody with its superuser's password would. */
const force = (tables: string[], statement: string) =>
  run(`${tables.map((table) => `alter table ${table} disable trigger user;`).join("\n")} ${statement}`);

/** Another account of whoever approved #1, found to be the same human being. */
const SECOND_SELF = `with second as (
  insert into people (name, email, is_active, same_as_id)
    select 'Second self', 'second.self@example.com', false, person_id from votes limit 1 returning id, same_as_id)`;

test("an undisturbed world keeps every invariant", async () => {
  expect(await checkInvariants(world.evidence)).toEqual([]);
});

/** The merge of #1 once more, on top of the first; its commit. */
function mergeAgain(): string {
  const tip = git("rev-parse", "refs/heads/sprint/2026.21");
  const again = git("commit-tree", `${tip}^{tree}`, "-p", tip, "-m", "again\n\nClearway-Promotion: 1");
  git("update-ref", "refs/heads/sprint/2026.21", again);
  return again;
}

type Breach = [string, RegExp, () => Promise<unknown>];
const OF_RUN_1 = "run_id = (select id from pipeline_runs where number = 1)";

/** Each breaks one invariant behind the program's back. */
const BREACHES: Breach[] = [
  [
    "a vote that counted for nothing at its moment",
    /^V1.*V3/,
    () => audited(world.db, (tx) => tx.update(votes).set({ voidedAt: new Date(0), voidReason: "never was" })),
  ],
  [
    "a role that the voter was given after the effect",
    /^V3: an effect of #1 had no quorum when it was begun$/,
    () =>
      force(
        ["grants"],
        "update grants set created_at = now() where person_id in (select person_id from votes)",
      ),
  ],
  [
    "a voter who administered at that moment",
    /^V3: an effect of #1 had no quorum when it was begun$/,
    () =>
      force(
        ["grants"],
        `insert into grants (person_id, role, scope_kind, created_at)
           select person_id, 'platform_admin', 'organisation', created_at from grants
            where person_id in (select person_id from votes)`,
      ),
  ],
  [
    "a human being who voted under two names where two were asked",
    /^V3: an effect of #1 had no quorum when it was begun$/,
    () =>
      force(
        ["people", "grants", "votes", "promotion_revisions"],
        `update promotion_revisions set rules = jsonb_set(rules, '{approvals,0,minimum}', '2');
         ${SECOND_SELF}, granted as (
           insert into grants (person_id, role, scope_kind, created_at)
             select s.id, g.role, g.scope_kind, g.created_at from grants g join second s on s.same_as_id = g.person_id)
         insert into votes (promotion_id, revision, subject_digest, person_id, decision, decided_at)
           select promotion_id, revision, subject_digest, s.id, decision, decided_at from votes, second s`,
      ),
  ],
  [
    "a voter who had a hand in it under another name",
    /^V3: an effect of #1 had no quorum when it was begun$/,
    () =>
      force(
        ["people", "promotion_contributors"],
        `${SECOND_SELF} insert into promotion_contributors (promotion_id, person_id, why)
           select v.promotion_id, s.id, 'author' from votes v, second s`,
      ),
  ],
  [
    "a revision that asks for nobody, written after the effect",
    /^V3: an effect of #1 had no quorum when it was begun$/,
    () =>
      force(
        ["votes", "promotions", "promotion_revisions"],
        `insert into promotion_revisions
             (promotion_id, revision, source_sha, policy_id, rules, unknown_contributors, reason, created_at)
           select promotion_id, 2, source_sha, policy_id, jsonb_set(rules, '{approvals}', '[]'), '{}', 'late', now()
             from promotion_revisions where promotion_id in (select promotion_id from votes);
         update promotions set revision = 2 where number = 1;
         update votes set decided_at = now()`,
      ),
  ],
  ["a second merge of the same promotion", /^V2: merge #1 \w{40} happened/, async () => mergeAgain()],
  [
    "a second merge of the same promotion that is confirmed like the first",
    /^V2: promotion #1 was merged more than once$/,
    async () => {
      const again = mergeAgain();
      await force(
        ["operations"],
        `insert into operations (promotion_id, idempotency_key, kind, state, expected, result, is_settled, created_at)
           select promotion_id, '1/r1/merge/${again}', kind, state, expected,
               jsonb_set(result, '{commitSha}', '"${again}"'), is_settled, created_at
             from operations where kind = 'merge'`,
      );
    },
  ],
  [
    "an installation that is gone from the host",
    /^V2: installation .* did not happen.*V8/,
    async () => rmSync(path.join(world.evidence.slots, world.slots.devApi.id), { recursive: true }),
  ],
  [
    "an installation that was done twice",
    /^V2: installation .* happened but is not recorded \(again\)$/,
    async () => {
      const record = path.join(world.evidence.slots, world.slots.devApi.id, "effects.ndjson");
      appendFileSync(record, readFileSync(record));
    },
  ],
  [
    "a slot that has obeyed another deployment's fence",
    /^V8: slot \S+ has obeyed fence 0, the database says 1$/,
    async () => {
      const file = path.join(world.evidence.slots, world.slots.devApi.id, "current", "state.json");
      writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), fence: 0 }));
    },
  ],
  [
    "an audit row that is gone",
    /^V4.*V4/,
    () =>
      run(`alter table audit_events disable trigger keep_audit_events;
        delete from audit_events where action = 'promotion.started' and subject_label like '#1 %'`),
  ],
  [
    "a job of a pipeline that is running and that nobody holds",
    /^V5: job build of run 1 is running, with a lease until never$/,
    () => force(["pipeline_jobs"], `update pipeline_jobs set state = 'running' where ${OF_RUN_1}`),
  ],
  [
    "a job of a pipeline whose holder is gone",
    /^V5: job build of run 1 is waiting, with a lease until \d{4}-/,
    () => force(["pipeline_jobs"], `update pipeline_jobs set lease_until = now() where ${OF_RUN_1}`),
  ],
  [
    "a run that nobody moves on",
    /^V5: run 1 is running, and none of its jobs is$/,
    () => force(["pipeline_runs"], "update pipeline_runs set state = 'running' where number = 1"),
  ],
  ...(["null", "now()"] as const).map(
    (lease): Breach => [
      `an import with a lease until ${lease}`,
      /^V5: the import of elsewhere is receiving, with a lease until (never|\d{4}-.*)$/,
      () =>
        force(
          ["repositories"],
          `with brought as (insert into repositories (product_id, key, name, directory, state)
             select product_id, 'elsewhere', 'elsewhere', 'elsewhere.git', 'importing' from repositories returning id)
         insert into repository_imports (repository_id, source_kind, source, phase, lease_until)
           select id, 'directory', 'elsewhere', 'receiving', ${lease} from brought`,
        ),
    ],
  ),
  ...(["requested", "restoring"] as const).map(
    (state): Breach => [
      `a deletion of a branch that is left ${state}`,
      new RegExp(`^V5: the deletion of feature/\\S+ is left ${state}$`),
      () =>
        force(
          ["branch_deletions"],
          `insert into branch_deletions (branch_id, repository_id, name, head_sha, state, requested_by_id)
           select b.id, repository_id, b.name, head_sha, '${state}', v.person_id from branches b, votes v
            where b.kind = 'feature'`,
        ),
    ],
  ),
  [
    "a job that a dead worker holds",
    /^V5: a job of promotions.evaluate is left, locked by worker-dead$/,
    () =>
      run(`select graphile_worker.add_job('promotions.evaluate', '{}'::json);
        update graphile_worker._private_jobs set locked_by = 'worker-dead', locked_at = now()`),
  ],
];

const added = (evidence: Evidence, more: Partial<Evidence>): Evidence => ({ ...evidence, ...more });

/** Each is something that was said, that is missing, or that took too long. */
const TOLD: [string, RegExp, (evidence: Evidence) => Evidence][] = [
  [
    "a request that was acknowledged and is gone",
    /^V1: promotion gone was acknowledged/,
    (evidence) => added(evidence, { requested: ["gone"] }),
  ],
  [
    "a secret in a log",
    /^V9: secret 2/,
    (evidence) => added(evidence, { outputs: [() => `token ${evidence.secrets()[1]}`] }),
  ],
  [
    "a secret in an answer",
    /^V9: secret 1/,
    (evidence) => added(evidence, { answers: [`{"data":"${evidence.secrets()[0]}"}`] }),
  ],
  [
    "a recovery that took too long",
    /^V10: after a crash writing took 12 s, more than 10 s$/,
    (evidence) => added(evidence, { recoveries: [{ fault: "a crash", seconds: 12, limit: 10 }] }),
  ],
  [
    "a rejection nobody handled",
    /^V11: a process wrote: .*UnhandledPromiseRejection/,
    (evidence) => added(evidence, { outputs: [() => "started\n[UnhandledPromiseRejection: x]\n"] }),
  ],
];

test("what was told or took too long is found", async () => {
  for (const [name, told, breach] of TOLD) {
    const found = await checkInvariants(breach(world.evidence));
    expect(found, name).toHaveLength(1);
    expect(found[0], name).toMatch(told);
  }
});

test("somebody of another product who is let in to this one is found", async () => {
  const { id: personId } = world.stranger;
  await givenGrant(world.db, personId, "viewer", { kind: "product", id: world.product.id });
  expect((await checkInvariants(world.evidence)).join("\n")).toMatch(/^V7: .*"payments"/);
});

test("a connection that is left in a transaction is found", async () => {
  const client = await world.db.$client.connect();
  try {
    await client.query("begin");
    await client.query("set local idle_in_transaction_session_timeout = 0");
    expect((await checkInvariants({ ...world.evidence, idleWithinMs: 300 })).join("\n")).toMatch(
      /^V11: a connection is idle in transaction/,
    );
  } finally {
    await client.query("rollback");
    client.release();
  }
});

test.each(BREACHES)("%s is found", async (_name, told, breach) => {
  await breach();
  expect((await checkInvariants(world.evidence)).join("\n").replaceAll("\n", " ")).toMatch(told);
});
