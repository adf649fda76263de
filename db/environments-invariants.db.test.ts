import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { audit, ID, type PlainSql, startPlainSql } from "./testing/plain-sql";

// Attacks by plain SQL, as the owner of the database: no application code is between.
let database: PlainSql;

const [PERSON, PRODUCT, REPOSITORY, API, DEV, QA, OLD] = [1, 10, 11, 12, 15, 16, 17].map(ID);
const [SLOT, QA_SLOT, OLD_SLOT, RUN, RELEASE, BEFORE, POLICY] = [20, 21, 19, 22, 23, 24, 25].map(ID);
const [PROMOTION, ROLLBACK, HOLD] = [30, 31, 40].map(ID);
const RULES = { approvals: [], rollbackApprovals: [] };
const DIGEST = "d".repeat(64);

const BASE = `
insert into installations (organisation_name, is_demonstration) values ('Test', false);
insert into people (id, name, email) values ('${PERSON}','Person','p@x');
insert into products (id, key, name) values ('${PRODUCT}','p','P');
insert into repositories (id, product_id, key, name, directory) values ('${REPOSITORY}','${PRODUCT}','p','P','p.git');
insert into components (id, product_id, repository_id, key, name, scope) values ('${API}','${PRODUCT}','${REPOSITORY}','api','API','common');
insert into policies (id, key, name, version, subject, rules) values ('${POLICY}','open','Open',1,'environment','${JSON.stringify(RULES)}');
insert into environments (id, key, name, position, policy_id) values ('${DEV}','dev','Dev',1,'${POLICY}'),('${QA}','qa','QA',2,'${POLICY}'),('${OLD}','old','Old',3,'${POLICY}');
insert into slots (id, component_id, component_scope, environment_id, is_per_client) values
  ('${SLOT}','${API}','common','${DEV}',false),('${QA_SLOT}','${API}','common','${QA}',false),('${OLD_SLOT}','${API}','common','${OLD}',false);
insert into pipeline_runs (id, repository_id, product_id, ref, commit_sha, tree_oid, trigger, state) values ('${RUN}','${REPOSITORY}','${PRODUCT}','refs/heads/x','c','t','manual','passed');
insert into releases (id, repository_id, product_id, version, tree_oid, source_sha, run_id, digest, migration, schema_min, schema_max, schema_after)
  values ('${RELEASE}','${REPOSITORY}','${PRODUCT}','1','t','s','${RUN}','${DIGEST}','none',0,0,0),('${BEFORE}','${REPOSITORY}','${PRODUCT}','0','t0','s0','${RUN}','${DIGEST}','none',0,0,0);
insert into release_artifacts (release_id, component_id, sha256, health) values ('${RELEASE}','${API}','${DIGEST}','{}'),('${BEFORE}','${API}','${DIGEST}','{}');
update releases set sealed_at = now();
insert into promotions (id, kind, title, product_id, repository_id, environment_id, slot_id, release_id, requested_by_id, expires_at)
  values ('${PROMOTION}','deploy','x','${PRODUCT}','${REPOSITORY}','${DEV}','${SLOT}','${RELEASE}','${PERSON}', now() + interval '1 day'),
         ('${ROLLBACK}','rollback','y','${PRODUCT}','${REPOSITORY}','${DEV}','${SLOT}','${BEFORE}','${PERSON}', now() + interval '1 day');
insert into promotion_revisions (promotion_id, revision, source_sha, release_digest, policy_id, unknown_contributors, reason)
  values ('${PROMOTION}',1,'s','${DIGEST}','${POLICY}','{}','requested'),('${ROLLBACK}',1,'s0','${DIGEST}','${POLICY}','{}','requested');
insert into promotion_gates (promotion_id, revision, key, status, detail, facts) values ('${PROMOTION}',1,'schema','pass','ok','{}'),('${ROLLBACK}',1,'schema','pass','ok','{}');
update environments set retired_at = now(), retired_reason = 'gone' where id = '${OLD}';
${audit}`;

const move = (state: string, id = PROMOTION) =>
  `update promotions set state='${state}', version=version+1 where id='${id}';`;
const hold = `insert into slot_holds (id, slot_id, reason, held_by_id) values ('${HOLD}','${SLOT}','incident 7','${PERSON}');`;
const letGo = `update slot_holds set released_at=now(), released_by_id='${PERSON}', release_reason='over' where id='${HOLD}';`;
const retire = (id = DEV) =>
  `update environments set retired_at=now(), retired_reason='not needed' where id='${id}';`;
const cancelAll = move("cancelled") + move("cancelled", ROLLBACK);
const begun = `${move("ready")}${move("executing")}update slots set fence=1 where id='${SLOT}';
  insert into deployments (slot_id, promotion_id, attempt, release_id, artifact_sha256, fence) values ('${SLOT}','${PROMOTION}',1,'${RELEASE}','${DIGEST}',1);`;

beforeAll(async () => {
  database = await startPlainSql(BASE);
});
afterAll(() => database.stop());

const attempt = (attack: string) => database.attempt(attack);

describe("what the database refuses, whoever asks", () => {
  test.each<[string, string, RegExp]>([
    ["becoming ready for a held slot", hold + move("ready") + audit, /SLOT_HELD: incident 7/],
    ["starting in a slot that was held since", move("ready") + hold + move("executing") + audit, /SLOT_HELD/],
    ["two holds of one slot", hold + hold.replace(HOLD ?? "", ID(41)) + audit, /slot_holds_one_live/],
    [
      "a hold that begins released",
      `insert into slot_holds (slot_id, reason, held_by_id, released_at, released_by_id, release_reason) values ('${SLOT}','x','${PERSON}',now(),'${PERSON}','y');${audit}`,
      /IMMUTABLE/,
    ],
    [
      "a release of a hold without a reason",
      `${hold}update slot_holds set released_at=now(), released_by_id='${PERSON}';${audit}`,
      /slot_holds_released/,
    ],
    ["a hold released twice", hold + letGo + letGo + audit, /IMMUTABLE/],
    [
      "a hold that says something else afterwards",
      `${hold}update slot_holds set reason='nothing';${audit}`,
      /IMMUTABLE/,
    ],
    ["a hold that disappears", `${hold}delete from slot_holds;${audit}`, /IMMUTABLE/],
    ["a hold that nobody is told of", hold, /AUDIT_MISSING/],
    [
      "a hold in a retired environment",
      `insert into slot_holds (slot_id, reason, held_by_id) values ('${OLD_SLOT}','x','${PERSON}');${audit}`,
      /ENVIRONMENT_RETIRED/,
    ],
    [
      "a slot in a retired environment",
      `insert into slots (component_id, component_scope, environment_id, is_per_client) values ('${API}','common','${OLD}',false);${audit}`,
      /ENVIRONMENT_RETIRED/,
    ],
    [
      "a promotion into a retired environment",
      `insert into promotions (kind, title, product_id, repository_id, environment_id, slot_id, release_id, expires_at) values ('deploy','z','${PRODUCT}','${REPOSITORY}','${OLD}','${OLD_SLOT}','${RELEASE}',now());${audit}`,
      /ENVIRONMENT_RETIRED/,
    ],
    ["retiring what promotions wait for", retire() + audit, /SLOT_BUSY: promotions to Dev/],
    [
      "retiring while something is installed",
      begun + retire() + audit,
      /SLOT_BUSY: something is being deployed to Dev/,
    ],
    [
      "bringing a retired environment back",
      `update environments set retired_at=null, retired_reason=null where id='${OLD}';${audit}`,
      /ENVIRONMENT_RETIRED/,
    ],
    [
      "opening a retired environment again",
      `update environments set policy_id=null where id='${OLD}';${audit}`,
      /ENVIRONMENT_RETIRED/,
    ],
    [
      "retiring without a reason",
      `update environments set retired_at=now() where id='${QA}';${audit}`,
      /environments_retired/,
    ],
    [
      "an environment that begins retired",
      `insert into environments (key, name, position, retired_at, retired_reason) values ('x','X',9,now(),'x');${audit}`,
      /IMMUTABLE/,
    ],
    [
      "an environment that disappears",
      `delete from environments where id='${OLD}';${audit}`,
      /IMMUTABLE|foreign key/,
    ],
    [
      "an environment with another key",
      `update environments set key='prod' where id='${QA}';${audit}`,
      /IMMUTABLE/,
    ],
    [
      "production that becomes a test environment",
      `update environments set is_production=true where id='${QA}';${audit}`,
      /IMMUTABLE/,
    ],
    [
      "two environments in one place",
      `update environments set position=1 where id='${QA}';${audit}`,
      /environments_position_unique/,
    ],
    ["an environment retired and nobody told", retire(QA), /AUDIT_MISSING/],
    [
      "a release withdrawn twice",
      `update releases set withdrawn_at=now(), withdrawn_reason='a' where id='${RELEASE}';update releases set withdrawn_reason='b' where id='${RELEASE}';${audit}`,
      /RELEASE_SEALED/,
    ],
    [
      "a withdrawal taken back",
      `update releases set withdrawn_at=now(), withdrawn_reason='a' where id='${RELEASE}';update releases set withdrawn_at=null, withdrawn_reason=null where id='${RELEASE}';${audit}`,
      /RELEASE_SEALED/,
    ],
    [
      "a withdrawn release that starts",
      `${move("ready")}update releases set withdrawn_at=now(), withdrawn_reason='bad' where id='${RELEASE}';${move("executing")}${audit}`,
      /RELEASE_WITHDRAWN: bad/,
    ],
  ])("%s", async (_, attack, refusal) => {
    expect(await attempt(attack)).toMatch(refusal);
  });
});

describe("what stays possible", () => {
  test.each<[string, string]>([
    ["a rollback in a held slot", hold + move("ready", ROLLBACK) + move("executing", ROLLBACK) + audit],
    ["waiting for approval in a held slot", hold + move("awaiting_approval") + audit],
    [
      "finding out about what was begun before the hold",
      move("ready") + move("executing") + move("unknown") + hold + move("executing") + audit,
    ],
    ["starting after the hold was released", hold + letGo + move("ready") + move("executing") + audit],
    ["holding again after a release", hold + letGo + hold.replace(HOLD ?? "", ID(41)) + audit],
    ["retiring when nothing waits any more", cancelAll + retire() + audit],
    ["renaming", `update environments set name='Development' where id='${DEV}';${audit}`],
    [
      "adding in the middle in one statement for the rest",
      `update environments set position=position+1 where position >= 2;insert into environments (key, name, position) values ('staging','Staging',2);${audit}`,
    ],
    [
      "two that change places",
      `update environments set position=3-position where id in ('${DEV}','${QA}');${audit}`,
    ],
    [
      "a retired environment that moves with the rest",
      `update environments set position=position+1 where id='${OLD}';${audit}`,
    ],
  ])("%s", async (_, act) => {
    expect(await attempt(act)).toBe("accepted");
  });
});

test("a hold and a start at the same moment: the second one sees the first", async () => {
  const { other, leave } = await database.another();
  try {
    await database.client.query(`begin;${move("ready")}${move("executing")}`);
    await other.query("begin; set local lock_timeout = '250ms'");
    await expect(other.query(hold)).rejects.toThrow(/lock timeout/);
  } finally {
    await leave();
    await database.client.query("rollback");
  }
});

test("a retirement and a new promotion at the same moment: the second one sees the first", async () => {
  const { other, leave } = await database.another();
  try {
    await database.client.query(`begin;${retire(QA)}`);
    await other.query("begin; set local lock_timeout = '250ms'");
    const ask = `insert into promotions (kind, title, product_id, repository_id, environment_id, slot_id, release_id, expires_at) values ('deploy','z','${PRODUCT}','${REPOSITORY}','${QA}','${QA_SLOT}','${RELEASE}',now())`;
    await expect(other.query(ask)).rejects.toThrow(/lock timeout/);
  } finally {
    await leave();
    await database.client.query("rollback");
  }
});
