import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEPLOYMENT_TRANSITIONS } from "@/domain/deployments/status";
import { PROMOTION_TRANSITIONS } from "@/domain/promotions/status";
import { audit, ID, type PlainSql, startPlainSql } from "./testing/plain-sql";

// Attacks on the invariants by plain SQL, as the owner of the database: no application code is between.
let database: PlainSql;

const [REQUESTER, AUTHOR, LEAD, APPROVER, ADMIN] = [ID(1), ID(2), ID(3), ID(4), ID(5)];
const [PRODUCT, REPOSITORY, API, VM, CLIENT, DEV, PROD] = [
  ID(10),
  ID(11),
  ID(12),
  ID(13),
  ID(14),
  ID(15),
  ID(16),
];
const [SLOT, RUN, RELEASE, OLD_RELEASE, POLICY, PROMOTION, ROLLBACK] = [
  ID(20),
  ID(22),
  ID(23),
  ID(24),
  ID(25),
  ID(30),
  ID(31),
];
const MERGE_POLICY = ID(26);
const RULES = {
  approvals: [
    { key: "senior", name: "Senior", roles: ["tech_lead"], minimum: 1 },
    { key: "release", name: "Release", roles: ["release_approver"], minimum: 1 },
  ],
  rollbackApprovals: [],
};
const DIGEST = "d".repeat(64);

const BASE = `
insert into installations (organisation_name, is_demonstration) values ('Test', false);
insert into people (id, name, email) values ('${REQUESTER}','Requester','r@x'),('${AUTHOR}','Author','a@x'),('${LEAD}','Lead','l@x'),('${APPROVER}','Approver','p@x'),('${ADMIN}','Admin','ad@x');
insert into grants (person_id, role, scope_kind) values ('${LEAD}','tech_lead','organisation'),('${AUTHOR}','tech_lead','organisation'),('${APPROVER}','release_approver','organisation'),('${ADMIN}','platform_admin','organisation');
insert into products (id, key, name) values ('${PRODUCT}','p','P');
insert into repositories (id, product_id, key, name, directory) values ('${REPOSITORY}','${PRODUCT}','p','P','p.git');
insert into components (id, product_id, repository_id, key, name, scope) values ('${API}','${PRODUCT}','${REPOSITORY}','api','API','common'),('${VM}','${PRODUCT}','${REPOSITORY}','vm','VM','client');
insert into clients (id, key, name) values ('${CLIENT}','acme','Acme');
insert into policies (id, key, name, version, subject, rules) values ('${POLICY}','prod','Prod',1,'environment','${JSON.stringify(RULES)}'),('${MERGE_POLICY}','sprint','Sprint',1,'branch','${JSON.stringify(RULES)}');
insert into branch_policies (branch_kind, policy_id) values ('sprint','${MERGE_POLICY}');
insert into environments (id, key, name, position, policy_id, is_per_client) values ('${DEV}','dev','Dev',1,'${POLICY}',false),('${PROD}','prod','Prod',2,'${POLICY}',true);
insert into slots (id, component_id, component_scope, environment_id, is_per_client, schema_version) values ('${SLOT}','${API}','common','${DEV}',false,5);
insert into pipeline_runs (id, repository_id, product_id, ref, commit_sha, tree_oid, trigger, state) values ('${RUN}','${REPOSITORY}','${PRODUCT}','refs/heads/x','c','t','manual','passed');
insert into releases (id, repository_id, product_id, version, tree_oid, source_sha, run_id, digest, migration, schema_min, schema_max, schema_after)
  values ('${RELEASE}','${REPOSITORY}','${PRODUCT}','1','t','s','${RUN}','${DIGEST}','none',5,5,5),('${OLD_RELEASE}','${REPOSITORY}','${PRODUCT}','0','t0','s0','${RUN}','${DIGEST}','none',1,4,4);
insert into release_artifacts (release_id, component_id, sha256, health) values ('${RELEASE}','${API}','${DIGEST}','{}'),('${OLD_RELEASE}','${API}','${DIGEST}','{}');
update releases set sealed_at = now();
insert into promotions (id, kind, title, product_id, repository_id, environment_id, slot_id, release_id, requested_by_id, expires_at)
  values ('${PROMOTION}','deploy','x','${PRODUCT}','${REPOSITORY}','${DEV}','${SLOT}','${RELEASE}','${REQUESTER}', now() + interval '1 day'),
         ('${ROLLBACK}','rollback','y','${PRODUCT}','${REPOSITORY}','${DEV}','${SLOT}','${OLD_RELEASE}','${REQUESTER}', now() + interval '1 day');
insert into promotion_revisions (promotion_id, revision, source_sha, release_digest, policy_id, unknown_contributors, reason)
  values ('${PROMOTION}',1,'s','${DIGEST}','${POLICY}','{}','requested'),('${ROLLBACK}',1,'s0','${DIGEST}','${POLICY}','{}','requested');
insert into promotion_contributors values ('${PROMOTION}','${REQUESTER}','requested'),('${PROMOTION}','${AUTHOR}','author');
insert into promotion_gates (promotion_id, revision, key, status, detail, facts) values ('${PROMOTION}',1,'schema','pass','ok','{}'),('${ROLLBACK}',1,'schema','pass','ok','{}');
${audit}`;

const move = (state: string, id = PROMOTION) =>
  `update promotions set state='${state}', version=version+1 where id='${id}';`;
const castVote = (person: string, decision = "approve", revision = 1) =>
  `insert into votes (promotion_id, revision, subject_digest, person_id, decision, reason) select '${PROMOTION}', ${revision}, subject_digest, '${person}', '${decision}', 'because' from promotion_revisions where promotion_id='${PROMOTION}' and revision=${revision};`;
const asked = move("awaiting_approval");
const ready = `${asked}${castVote(LEAD)}${castVote(APPROVER)}${move("ready")}`;
const begun = `${ready}${move("executing")}update slots set fence = fence + 1 where id='${SLOT}';`;
const deploy = (fence: number, digest = DIGEST, attempt = 1) =>
  `insert into deployments (slot_id, promotion_id, attempt, release_id, artifact_sha256, fence) values ('${SLOT}','${PROMOTION}',${attempt},'${RELEASE}','${digest}',${fence});`;

beforeAll(async () => {
  database = await startPlainSql(BASE);
});
afterAll(() => database.stop());

const attempt = (attack: string) => database.attempt(attack);

describe("what the database refuses, whoever asks", () => {
  test.each<[string, string, RegExp]>([
    [
      "a promotion that begins beyond its gates",
      `insert into promotions (kind,title,state,product_id,repository_id,environment_id,slot_id,release_id,expires_at) values ('deploy','x','ready','${PRODUCT}','${REPOSITORY}','${DEV}','${SLOT}','${RELEASE}',now());${audit}`,
      /ILLEGAL_TRANSITION/,
    ],
    ["skipping from its gates to execution", move("executing") + audit, /ILLEGAL_TRANSITION/],
    ["becoming ready without approvals", asked + move("ready") + audit, /APPROVALS_MISSING: 2/],
    [
      "becoming ready with one of two approvals",
      asked + castVote(LEAD) + move("ready") + audit,
      /APPROVALS_MISSING: 1/,
    ],
    [
      "becoming ready over an open gate",
      `update promotion_gates set status='fail'; ${ready}${audit}`,
      /GATES_OPEN/,
    ],
    [
      "becoming ready without any gate looked at",
      `delete from promotion_gates; ${ready}${audit}`,
      /GATES_OPEN/,
    ],
    ["an approval by the author, who is a tech lead", asked + castVote(AUTHOR) + audit, /FOUR_EYES/],
    ["an approval by whoever asked for it", asked + castVote(REQUESTER) + audit, /FOUR_EYES/],
    ["an approval by an administrator", asked + castVote(ADMIN) + audit, /NOT_ELIGIBLE/],
    [
      "an approval by somebody inactive",
      `update people set is_active=false where id='${LEAD}';${asked}${castVote(LEAD)}${audit}`,
      /APPROVER_INACTIVE/,
    ],
    ["a vote before anybody was asked", castVote(LEAD) + audit, /APPROVAL_CLOSED/],
    ["two votes of one person", asked + castVote(LEAD) + castVote(LEAD) + audit, /votes_one_per_person/],
    [
      "a rejection without a reason",
      `${asked}insert into votes (promotion_id, revision, subject_digest, person_id, decision) select '${PROMOTION}',1,subject_digest,'${LEAD}','reject' from promotion_revisions where promotion_id='${PROMOTION}';${audit}`,
      /votes_reject_reason/,
    ],
    [
      "going on over a rejection",
      asked + castVote(LEAD) + castVote(APPROVER, "reject") + move("ready") + audit,
      /REJECTED/,
    ],
    [
      "a vote on another subject",
      `${asked}insert into votes (promotion_id, revision, subject_digest, person_id, decision) values ('${PROMOTION}',1,'${"0".repeat(64)}','${LEAD}','approve');${audit}`,
      /votes_promotion_id/,
    ],
    ["changing a vote", `${asked}${castVote(LEAD)}update votes set decision='reject';${audit}`, /IMMUTABLE/],
    ["deleting a vote", `${asked}${castVote(LEAD)}delete from votes;${audit}`, /IMMUTABLE/],
    [
      "a new revision that keeps its approvals",
      `${asked}${castVote(LEAD)}${castVote(APPROVER)}update promotions set revision=2, state='ready', version=version+1 where id='${PROMOTION}';${audit}`,
      /ILLEGAL_TRANSITION/,
    ],
    [
      "a vote on the revision before",
      `${asked}insert into promotion_revisions (promotion_id, revision, source_sha, policy_id, unknown_contributors, reason) values ('${PROMOTION}',2,'s2','${POLICY}','{}','push');update promotions set revision=2, state='gating', version=version+1 where id='${PROMOTION}';insert into promotion_gates (promotion_id, revision, key, status, detail, facts) values ('${PROMOTION}',2,'schema','pass','ok','{}');${asked}${castVote(LEAD)}${audit}`,
      /STALE_SUBJECT/,
    ],
    ["editing what is decided on", `update promotion_revisions set source_sha='evil';${audit}`, /IMMUTABLE/],
    ["forgetting a contributor", `delete from promotion_contributors;${audit}`, /IMMUTABLE/],
    [
      "pointing a promotion at another release",
      `update promotions set release_id='${OLD_RELEASE}', version=version+1 where id='${PROMOTION}';${audit}`,
      /IMMUTABLE/,
    ],
    [
      "choosing afterwards that a rollback withdraws nothing",
      `update promotions set withdraws_release=false, version=version+1 where id='${ROLLBACK}';${audit}`,
      /IMMUTABLE: what becomes of the release that leaves/,
    ],
    [
      "a deployment that is to leave its release in one slot only",
      `insert into promotions (kind,title,product_id,repository_id,environment_id,slot_id,release_id,requested_by_id,withdraws_release,expires_at) values ('deploy','x','${PRODUCT}','${REPOSITORY}','${DEV}','${SLOT}','${RELEASE}','${REQUESTER}',false,now());${audit}`,
      /promotions_leaves_one_slot/,
    ],
    ["deleting a promotion", `delete from promotions where id='${PROMOTION}';${audit}`, /IMMUTABLE/],
    ["a lost update", `update promotions set title='z' where id='${PROMOTION}';${audit}`, /STALE_WRITE/],
    [
      "starting after an approver lost the role",
      `${ready}update grants set revoked_at=now() where person_id='${LEAD}';${move("executing")}${audit}`,
      /APPROVALS_MISSING/,
    ],
    [
      "starting after an approver left",
      `${ready}update people set is_active=false where id='${LEAD}';${move("executing")}${audit}`,
      /APPROVALS_MISSING/,
    ],
    [
      "starting with a withdrawn release",
      `${ready}update releases set withdrawn_at=now(), withdrawn_reason='bad' where id='${RELEASE}';${move("executing")}${audit}`,
      /RELEASE_WITHDRAWN/,
    ],
    [
      "starting in a closed environment",
      `${ready}update environments set policy_id=null where id='${DEV}';${move("executing")}${audit}`,
      /ENVIRONMENT_CLOSED/,
    ],
    ["a deployment nobody started", deploy(0) + audit, /INVALID/],
    ["a deployment with a fence of its own", begun + deploy(7) + audit, /STALE_FENCE/],
    ["a deployment of other bytes", begun + deploy(1, "e".repeat(64)) + audit, /INVALID/],
    [
      "two executions in one slot",
      `${begun}${deploy(1)}update slots set fence=2 where id='${SLOT}';${deploy(2, DIGEST, 2)}${audit}`,
      /deployments_one_active_per_slot/,
    ],
    [
      "saying that a slot runs what is not live",
      `${begun}${deploy(1)}update slots set current_deployment_id=(select id from deployments) where id='${SLOT}';${audit}`,
      /STALE_FENCE/,
    ],
    [
      "a worker that was overtaken saying what runs",
      `${begun}${deploy(1)}update deployments set state='verifying';update deployments set state='live';update slots set fence=9 where id='${SLOT}';update slots set current_deployment_id=(select id from deployments) where id='${SLOT}';${audit}`,
      /STALE_FENCE/,
    ],
    [
      "a fence that falls",
      `update slots set fence=3 where id='${SLOT}';update slots set fence=2 where id='${SLOT}';`,
      /STALE_FENCE/,
    ],
    [
      "a deployment that becomes live unverified",
      `${begun}${deploy(1)}update deployments set state='live';${audit}`,
      /ILLEGAL_TRANSITION/,
    ],
    [
      "a rollback on to a schema the old release does not know",
      move("ready", ROLLBACK) + audit,
      /ROLLBACK_SCHEMA_INCOMPATIBLE/,
    ],
    [
      "a rollback by Clearway itself of what is not rolling back",
      `insert into promotions (kind,title,product_id,repository_id,environment_id,slot_id,release_id,rolls_back_id,expires_at) values ('rollback','x','${PRODUCT}','${REPOSITORY}','${DEV}','${SLOT}','${OLD_RELEASE}','${PROMOTION}',now());${audit}`,
      /INVALID/,
    ],
    [
      "changing a sealed release",
      `update releases set version='2' where id='${RELEASE}';${audit}`,
      /RELEASE_SEALED/,
    ],
    [
      "moving a release before another",
      `update releases set ordinal=ordinal+10 where id='${OLD_RELEASE}';${audit}`,
      /RELEASE_SEALED/,
    ],
    [
      "adding to a sealed release",
      `insert into release_artifacts (release_id, component_id, sha256, health) values ('${RELEASE}','${VM}','${DIGEST}','{}');`,
      /RELEASE_SEALED/,
    ],
    [
      "bringing a withdrawn release back",
      `update releases set withdrawn_at=now(), withdrawn_reason='x' where id='${RELEASE}';update releases set withdrawn_at=null, withdrawn_reason=null where id='${RELEASE}';${audit}`,
      /RELEASE_SEALED/,
    ],
    [
      "two releases of one tree",
      `insert into releases (repository_id, product_id, version, tree_oid, source_sha, run_id, digest, migration, schema_min, schema_max, schema_after) values ('${REPOSITORY}','${PRODUCT}','9','t','s','${RUN}','x','none',0,0,0);${audit}`,
      /releases_tree/,
    ],
    [
      "a common component on a client's slot",
      `insert into slots (component_id, component_scope, environment_id, is_per_client, client_id) values ('${API}','common','${PROD}',true,'${CLIENT}');`,
      /slots_client|foreign key/,
    ],
    [
      "a client component for a client that has it not",
      `insert into slots (component_id, component_scope, environment_id, is_per_client, client_id) values ('${VM}','client','${PROD}',true,'${CLIENT}');`,
      /foreign key/,
    ],
    [
      "a second standing run of one tree",
      `insert into pipeline_runs (repository_id, product_id, ref, commit_sha, tree_oid, trigger, state) values ('${REPOSITORY}','${PRODUCT}','r','c','t','manual','queued');`,
      /pipeline_runs_once_per_tree/,
    ],
    [
      "the same effect twice",
      `insert into operations (promotion_id, idempotency_key, kind, expected) values ('${PROMOTION}','k','merge','{}'),('${PROMOTION}','k','merge','{}');`,
      /operations_idempotencyKey_unique/,
    ],
    [
      "changing what was intended",
      `insert into operations (promotion_id, idempotency_key, kind, expected) values ('${PROMOTION}','k','merge','{}');update operations set expected='{"a":1}';`,
      /IMMUTABLE/,
    ],
    [
      "settling an effect that was never sent",
      `insert into operations (promotion_id, idempotency_key, kind, expected) values ('${PROMOTION}','k','merge','{}');update operations set state='confirmed';`,
      /ILLEGAL_TRANSITION/,
    ],
    [
      "an administrator in an approval rule",
      `insert into policies (key, name, version, subject, rules) values ('x','X',1,'branch','{"approvals":[{"key":"a","name":"A","roles":["platform_admin"],"minimum":1}],"rollbackApprovals":[]}');${audit}`,
      /INVALID/,
    ],
    [
      "editing a policy that votes are bound to",
      `update policies set rules='{"approvals":[],"rollbackApprovals":[]}';${audit}`,
      /IMMUTABLE/,
    ],
    [
      "bringing a revoked grant back",
      `update grants set revoked_at=now();update grants set revoked_at=null;${audit}`,
      /IMMUTABLE/,
    ],
    [
      "turning an installation into a demonstration",
      `update installations set is_demonstration=true;${audit}`,
      /IMMUTABLE/,
    ],
    ["a change of state without an audit row", asked, /AUDIT_MISSING/],
    [
      "a grant without an audit row",
      `insert into grants (person_id, role, scope_kind) values ('${ADMIN}','qa','organisation');`,
      /AUDIT_MISSING/,
    ],
    ["deleting a branch policy without an audit row", "delete from branch_policies;", /AUDIT_MISSING/],
    [
      "changing a person's e-mail without an audit row",
      `update people set email='evil@x' where id='${REQUESTER}';`,
      /AUDIT_MISSING/,
    ],
    ["editing an audit row", "update audit_events set action='nothing';", /AUDIT_IMMUTABLE/],
    ["deleting an audit row", "delete from audit_events;", /AUDIT_IMMUTABLE/],
    ["emptying the audit trail", "truncate audit_events;", /AUDIT_IMMUTABLE/],
    [
      "editing an audit row as a replica would",
      "set local session_replication_role='replica';update audit_events set action='nothing';",
      /AUDIT_IMMUTABLE/,
    ],
    [
      "a change without an audit row as a replica would",
      `set local session_replication_role='replica';update promotions set title='z' where id='${PROMOTION}';`,
      /AUDIT_MISSING/,
    ],
  ])("%s", async (_, attack, refusal) => {
    expect(await attempt(attack)).toMatch(refusal);
  });

  test("the same steps in the right order are accepted", async () => {
    const whole = `${begun}${deploy(1)}update deployments set state='verifying';${move("verifying")}update deployments set state='live';update slots set current_deployment_id=(select id from deployments) where id='${SLOT}';${move("succeeded")}${audit}`;
    expect(await attempt(whole)).toBe("accepted");
  });

  test("the place of a release among its repository's is counted, whatever is given", async () => {
    await database.client.query("begin");
    await database.client.query(
      `insert into releases (repository_id, product_id, version, ordinal, tree_oid, source_sha, run_id, digest, migration, schema_min, schema_max, schema_after) values ('${REPOSITORY}','${PRODUCT}','9',1,'t9','s','${RUN}','x','none',0,0,0)`,
    );
    const { rows } = await database.client.query("select ordinal from releases order by ordinal");
    const draft = database.client.query("update releases set ordinal = 0 where version = '9'");
    await expect(draft).rejects.toThrow(/RELEASE_SEALED/);
    await database.client.query("rollback");
    expect(rows).toEqual([{ ordinal: 1 }, { ordinal: 2 }, { ordinal: 3 }]);
  });

  test("a contributor found late loses the vote", async () => {
    await database.client.query("begin");
    await database.client.query(
      `${asked}${castVote(LEAD)}insert into promotion_contributors values ('${PROMOTION}','${LEAD}','co-author');`,
    );
    const { rows } = await database.client.query("select void_reason from votes");
    await database.client.query("rollback");
    expect(rows).toEqual([{ void_reason: "became a contributor: co-author" }]);
  });
});

test("the database knows the transitions that the rules know, and no other", async () => {
  const { rows } = await database.client.query<{ entity: string; pair: string }>(
    "select entity, from_state || ' ' || to_state as pair from state_transitions where entity <> 'operation'",
  );
  const known = (entity: string) =>
    rows
      .filter((row) => row.entity === entity)
      .map((row) => row.pair)
      .sort();
  expect(known("promotion")).toEqual(PROMOTION_TRANSITIONS.map((pair) => pair.join(" ")).sort());
  expect(known("deployment")).toEqual(DEPLOYMENT_TRANSITIONS.map((pair) => pair.join(" ")).sort());
});

test("a real installation ignores a chosen time", async () => {
  await database.client.query("begin");
  await database.client.query("set local clearway.now = '2020-01-01T00:00:00Z'");
  const { rows } = await database.client.query<{ year: number }>(
    "select extract(year from clearway_now())::int as year",
  );
  await database.client.query("rollback");
  expect(rows[0]?.year).toBeGreaterThan(2024);
});

test("forty starts of one slot at once: one wins", async () => {
  const fresh = await startPlainSql(`${BASE}${begun}`);
  const others = await Promise.all(Array.from({ length: 40 }, () => fresh.another()));
  const results = await Promise.allSettled(
    others.map(({ other }, n) => other.query(`begin;${deploy(1, DIGEST, n + 1)}${audit}commit;`)),
  );
  await Promise.all(others.map(({ leave }) => leave()));
  const { rows } = await fresh.client.query<{ count: number }>(
    "select count(*)::int as count from deployments",
  );
  await fresh.stop();
  expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  expect(rows[0]?.count).toBe(1);
});
