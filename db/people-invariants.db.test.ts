import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { needsSecondAdministrator } from "@/domain/people/access";
import { ROLES } from "@/domain/people/roles";
import { audit, ID, type PlainSql, startPlainSql } from "./testing/plain-sql";

// Attacks on the rules about people by plain SQL, as the owner of the database: no application code is between.
let database: PlainSql;

const [ADA, BEN, ADA_TWO, LEAD, LEAD_TWO, NEW, LOCAL, GONE] = [1, 2, 3, 4, 5, 6, 7, 8].map(ID);
const [PRODUCT, REPOSITORY, COMPONENT, ENVIRONMENT, SLOT, RUN, RELEASE, POLICY, PROMOTION] = [
  10, 11, 12, 13, 14, 15, 16, 17, 30,
].map(ID);
const [FRESH, FRESH_POLICY] = [31, 18].map(ID);
const [REQUEST, OTHER_REQUEST, GROUP, ADA_IDENTITY, NEW_IDENTITY] = [40, 41, 42, 50, 51].map(ID);
const RULES = {
  approvals: [{ key: "lead", name: "Lead", roles: ["tech_lead"], minimum: 1 }],
  rollbackApprovals: [],
};
const DIGEST = "d".repeat(64);

const BASE = `
insert into installations (organisation_name, is_demonstration) values ('Test', false);
insert into people (id, name, email, is_active) values ('${ADA}','Ada','a@x',true),('${BEN}','Ben','b@x',true),('${LEAD}','Lead','l@x',true),('${NEW}','New','n@x',true),('${LOCAL}','Local','lo@x',true),('${GONE}','Gone','g@x',false);
insert into people (id, name, email, is_active, same_as_id) values ('${ADA_TWO}','Ada 2','a2@x',false,'${ADA}'),('${LEAD_TWO}','Lead 2','l2@x',false,'${LEAD}');
insert into identities (id, person_id, issuer, subject, groups) values ('${ADA_IDENTITY}','${ADA}','https://idp','ada','{platform,everybody}'),('${NEW_IDENTITY}','${NEW}','https://idp','new','{approvers,everybody}');
insert into products (id, key, name) values ('${PRODUCT}','p','P');
insert into grants (person_id, role, scope_kind, scope_id) values ('${ADA}','platform_admin','organisation',null),('${BEN}','platform_admin','organisation',null),('${LEAD}','tech_lead','organisation',null),('${LOCAL}','platform_admin','product','${PRODUCT}'),('${GONE}','platform_admin','organisation',null);
insert into repositories (id, product_id, key, name, directory) values ('${REPOSITORY}','${PRODUCT}','p','P','p.git');
insert into components (id, product_id, repository_id, key, name, scope) values ('${COMPONENT}','${PRODUCT}','${REPOSITORY}','api','API','common');
insert into policies (id, key, name, version, subject, rules) values ('${POLICY}','dev','Dev',1,'environment','${JSON.stringify(RULES)}'),('${FRESH_POLICY}','fresh','Fresh',1,'environment','${JSON.stringify({ ...RULES, requiresStepUp: true })}');
insert into environments (id, key, name, position, policy_id, is_per_client) values ('${ENVIRONMENT}','dev','Dev',1,'${POLICY}',false);
insert into slots (id, component_id, component_scope, environment_id, is_per_client, schema_version) values ('${SLOT}','${COMPONENT}','common','${ENVIRONMENT}',false,5);
insert into pipeline_runs (id, repository_id, product_id, ref, commit_sha, tree_oid, trigger, state) values ('${RUN}','${REPOSITORY}','${PRODUCT}','refs/heads/x','c','t','manual','passed');
insert into releases (id, repository_id, product_id, version, tree_oid, source_sha, run_id, digest, migration, schema_min, schema_max, schema_after) values ('${RELEASE}','${REPOSITORY}','${PRODUCT}','1','t','s','${RUN}','${DIGEST}','none',5,5,5);
insert into release_artifacts (release_id, component_id, sha256, health) values ('${RELEASE}','${COMPONENT}','${DIGEST}','{}');
update releases set sealed_at = now();
insert into promotions (id, kind, title, product_id, repository_id, environment_id, slot_id, release_id, expires_at)
  values ('${PROMOTION}','deploy','x','${PRODUCT}','${REPOSITORY}','${ENVIRONMENT}','${SLOT}','${RELEASE}', now() + interval '1 day'),
         ('${FRESH}','deploy','y','${PRODUCT}','${REPOSITORY}','${ENVIRONMENT}','${SLOT}','${RELEASE}', now() + interval '1 day');
insert into promotion_revisions (promotion_id, revision, source_sha, release_digest, policy_id, unknown_contributors, reason)
  values ('${PROMOTION}',1,'s','${DIGEST}','${POLICY}','{}','requested'),('${FRESH}',1,'s','${DIGEST}','${FRESH_POLICY}','{}','requested');
insert into promotion_gates (promotion_id, revision, key, status, detail, facts) values ('${PROMOTION}',1,'schema','pass','ok','{}'),('${FRESH}',1,'schema','pass','ok','{}');
update installations set set_up_at = now();
${audit}`;

const value = (text: string | null | undefined) => (text ? `'${text}'` : "null");
type Wish = {
  person?: string | null | undefined;
  group?: string;
  role?: string;
  kind?: string;
  scope?: string | undefined;
  by?: string | undefined;
  id?: string | undefined;
};
const ask = ({
  person = NEW,
  group,
  role = "release_approver",
  kind = "organisation",
  scope,
  by = ADA,
  id = REQUEST,
}: Wish = {}) =>
  `insert into access_requests (id, person_id, group_name, role, scope_kind, scope_id, reason, requested_by_id) values ('${id}', ${value(group ? null : person)}, ${value(group)}, '${role}', '${kind}', ${value(scope)}, 'because', '${by}');`;
const decide = (by = BEN, decision = "agreed", id = REQUEST) =>
  `update access_requests set decision = '${decision}', decided_by_id = '${by}', decided_at = now() where id = '${id}';`;
const grant = ({
  person = NEW,
  role = "release_approver",
  kind = "organisation",
  scope,
  by = BEN,
  id,
}: Wish = {}) =>
  `insert into grants (person_id, role, scope_kind, scope_id, origin, granted_by_id, access_request_id) values ('${person}', '${role}', '${kind}', ${value(scope)}, 'person', '${by}', ${value(id)});`;
const mapGroup = ({
  group = "approvers",
  role = "developer",
  by = ADA,
  id,
  kind = "organisation",
  scope,
}: Wish = {}) =>
  `insert into group_roles (id, group_name, role, scope_kind, scope_id, origin, created_by_id, access_request_id) values ('${GROUP}', '${group}', '${role}', '${kind}', ${value(scope)}, 'person', '${by}', ${value(id)});`;
const follow = (person = NEW, role = "developer", kind = "organisation", scope?: string) =>
  `insert into grants (person_id, role, scope_kind, scope_id, origin, group_role_id) values ('${person}', '${role}', '${kind}', ${value(scope)}, 'group', '${GROUP}');`;
const agreed = ask() + decide();
const revoke = (person: string | undefined, role: string) =>
  `update grants set revoked_at = now() where person_id = '${person}' and role = '${role}';`;
const link = (person = NEW, target = LEAD) =>
  `update people set same_as_id = '${target}', is_active = false where id = '${person}';`;
const moved = (person = NEW, target = LEAD) =>
  `update identities set person_id = '${target}' where person_id = '${person}';`;
const open = (id = PROMOTION) =>
  `update promotions set state='awaiting_approval', version=version+1 where id='${id}';`;
const vote = (person = LEAD, id = PROMOTION, at = "null") =>
  `insert into votes (promotion_id, revision, subject_digest, person_id, decision, authenticated_at) select '${id}', 1, subject_digest, '${person}', 'approve', ${at} from promotion_revisions where promotion_id='${id}';`;
const hadAHand = (person = LEAD_TWO) =>
  `insert into promotion_contributors values ('${PROMOTION}','${person}','author');`;
const ready = `update promotions set state='ready', version=version+1 where id='${PROMOTION}';`;
/** The same grants without any administrator but Ada. */
const alone = `${revoke(BEN, "platform_admin")}${revoke(GONE, "platform_admin")}`;
const longAgo =
  "set local session_replication_role = replica; update grants set revoked_at = now() - interval '8 days' where revoked_at is not null; set local session_replication_role = origin;";

beforeAll(async () => {
  database = await startPlainSql(BASE);
});
afterAll(() => database.stop());

const attempt = (attack: string) => database.attempt(attack + audit);

describe("what the database refuses about roles, whoever asks", () => {
  test.each<[string, string, RegExp]>([
    ["a role for oneself", grant({ person: ADA, role: "developer", by: ADA }), /SELF_GRANT/],
    [
      "a role for whoever one is linked to",
      grant({ person: ADA_TWO, role: "developer", by: ADA }),
      /SELF_GRANT|linked/,
    ],
    ["asking for oneself", ask({ person: ADA }), /SELF_GRANT/],
    ["asking for one's linked self", ask({ person: ADA_TWO }), /SELF_GRANT/],
    ["a deciding role given by one", grant(), /SECOND_ADMINISTRATOR/],
    ["an administrator appointed by one of two", grant({ role: "platform_admin" }), /SECOND_ADMINISTRATOR/],
    ["a role given by nobody who administers", grant({ role: "viewer", by: LEAD }), /FORBIDDEN/],
    ["a role given by an administrator of one product", grant({ role: "viewer", by: LOCAL }), /FORBIDDEN/],
    ["a role given by an administrator who has left", grant({ role: "viewer", by: GONE }), /FORBIDDEN/],
    [
      "a role that names no giver",
      grant({ role: "viewer" }).replace(`'${BEN}', null)`, "null, null)"),
      /FORBIDDEN|grants_origin_person/,
    ],
    ["asking without administering", ask({ by: LEAD }), /FORBIDDEN/],
    ["agreeing to one's own request", ask() + decide(ADA), /SECOND_ADMINISTRATOR/],
    ["agreeing as one's linked self", ask() + decide(ADA_TWO), /FORBIDDEN|SECOND_ADMINISTRATOR/],
    ["agreeing without administering", ask() + decide(LEAD), /FORBIDDEN/],
    ["agreeing as an administrator of one product", ask() + decide(LOCAL), /FORBIDDEN/],
    [
      "agreeing to a role of one's own",
      ask({ person: BEN, role: "platform_admin" }) + decide(BEN),
      /SELF_GRANT/,
    ],
    ["refusing without administering", ask() + decide(LEAD, "refused"), /FORBIDDEN/],
    ["taking back what another asked for", ask() + decide(BEN, "withdrawn"), /FORBIDDEN/],
    ["deciding twice", agreed + decide(BEN, "refused"), /IMMUTABLE/],
    [
      "a request that begins agreed",
      ask()
        .replace("requested_by_id)", "requested_by_id, decision, decided_by_id, decided_at)")
        .replace(`'${ADA}');`, `'${ADA}','agreed','${BEN}',now());`),
      /IMMUTABLE/,
    ],
    [
      "changing what was asked for",
      `${ask()}update access_requests set role = 'platform_admin';`,
      /IMMUTABLE/,
    ],
    [
      "changing who it is for while agreeing",
      `${ask()}update access_requests set decision='agreed', decided_by_id='${BEN}', decided_at=now(), person_id='${LOCAL}';`,
      /IMMUTABLE/,
    ],
    ["deleting a request", `${ask()}delete from access_requests;`, /IMMUTABLE/],
    [
      "a request of somebody who administers no longer",
      ask() + revoke(ADA, "platform_admin") + decide(),
      /FORBIDDEN/,
    ],
    [
      "an agreement used twice",
      `${agreed + grant({ id: REQUEST }) + revoke(NEW, "release_approver")}${grant({ id: REQUEST })}`,
      /SECOND_ADMINISTRATOR/,
    ],
    [
      "an agreement for another role",
      agreed + grant({ id: REQUEST, role: "tech_lead" }),
      /SECOND_ADMINISTRATOR/,
    ],
    [
      "an agreement for another scope",
      agreed + grant({ id: REQUEST, kind: "product", scope: PRODUCT }),
      /SECOND_ADMINISTRATOR/,
    ],
    [
      "an agreement for another person",
      agreed + grant({ id: REQUEST, person: LEAD }),
      /SECOND_ADMINISTRATOR/,
    ],
    [
      "an agreement for a person, for a group",
      agreed + mapGroup({ id: REQUEST, role: "release_approver" }),
      /SECOND_ADMINISTRATOR/,
    ],
    ["a refused request", ask() + decide(BEN, "refused") + grant({ id: REQUEST }), /SECOND_ADMINISTRATOR/],
    ["a request that nobody decided", ask() + grant({ id: REQUEST }), /SECOND_ADMINISTRATOR/],
    [
      "an agreement used after its giver was removed",
      agreed + revoke(BEN, "platform_admin") + grant({ id: REQUEST, by: ADA }),
      /SECOND_ADMINISTRATOR/,
    ],
    ["an agreement used by a third", agreed + grant({ id: REQUEST, by: GONE }), /FORBIDDEN/],
    [
      "removing the other administrator to be alone",
      alone + grant({ role: "platform_admin", by: ADA }),
      /SECOND_ADMINISTRATOR/,
    ],
    [
      "deactivating the other administrator to be alone",
      `update people set is_active = false where id = '${BEN}';${grant({ role: "platform_admin", by: ADA })}`,
      /SECOND_ADMINISTRATOR/,
    ],
    [
      "a lone administrator appointing who decides",
      alone + longAgo + grant({ by: ADA }),
      /SECOND_ADMINISTRATOR/,
    ],
    [
      "administering one product only",
      ask({ role: "platform_admin", kind: "product", scope: PRODUCT }),
      /INVALID/,
    ],
    [
      "asking that one who decides administers",
      ask({ person: LEAD, role: "platform_admin" }),
      /SEPARATION_OF_DUTIES/,
    ],
    ["asking that one who administers decides", ask({ person: LOCAL }), /SEPARATION_OF_DUTIES/],
    [
      "agreeing when duties clash by then",
      ask() +
        ask({ role: "platform_admin", id: OTHER_REQUEST }) +
        decide(BEN, "agreed", OTHER_REQUEST) +
        grant({ role: "platform_admin", id: OTHER_REQUEST }) +
        decide(),
      /SEPARATION_OF_DUTIES/,
    ],
    [
      "a role from set-up after set-up",
      `insert into grants (person_id, role, scope_kind, origin) values ('${NEW}','viewer','organisation','installation');`,
      /FORBIDDEN/,
    ],
    [
      "a group's role from set-up after set-up",
      `insert into group_roles (group_name, role, scope_kind, origin) values ('x','viewer','organisation','installation');`,
      /FORBIDDEN/,
    ],
    ["setting up a second time", "update installations set set_up_at = null;", /IMMUTABLE/],
    ["a role of a group that gives none", follow(), /grants_group_role_id|INVALID/],
    [
      "a role of a group one is not in",
      mapGroup() + follow(LEAD),
      /INVALID: this person is not in the group/,
    ],
    ["another role than the group's", mapGroup() + follow(NEW, "tech_lead"), /INVALID/],
    ["a wider scope than the group's", mapGroup({ kind: "product", scope: PRODUCT }) + follow(), /INVALID/],
    [
      "a role of a group that means it no longer",
      `${mapGroup()}update group_roles set revoked_at = now();${follow()}`,
      /INVALID/,
    ],
    ["a deciding role for a group, by one", mapGroup({ role: "tech_lead" }), /SECOND_ADMINISTRATOR/],
    ["a role for a group one is in", mapGroup({ group: "platform" }), /SELF_GRANT/],
    ["asking for a group one is in", ask({ group: "platform" }), /SELF_GRANT/],
    ["agreeing for a group one is in", ask({ group: "platform", by: BEN }) + decide(ADA), /SELF_GRANT/],
    ["changing what a group means", `${mapGroup()}update group_roles set role = 'tech_lead';`, /IMMUTABLE/],
    ["deleting what a group means", `${mapGroup()}delete from group_roles;`, /IMMUTABLE/],
    [
      "un-revoking a group's role",
      `${mapGroup()}update group_roles set revoked_at = now();update group_roles set revoked_at = null;`,
      /IMMUTABLE/,
    ],
    [
      "un-revoking a role",
      `${revoke(LEAD, "tech_lead")}update grants set revoked_at = null where person_id = '${LEAD}';`,
      /IMMUTABLE/,
    ],
    [
      "widening a role",
      `update grants set scope_kind = 'organisation', scope_id = null where person_id = '${LOCAL}';`,
      /IMMUTABLE/,
    ],
    ["deleting a role", `delete from grants where person_id = '${LEAD}';`, /IMMUTABLE/],
    ["a role for a linked person", grant({ person: LEAD_TWO, role: "viewer" }), /INVALID/],
    ["asking for a linked person", ask({ person: LEAD_TWO }), /INVALID/],
  ])("%s", async (_name, attack, refusal) => {
    expect(await attempt(attack)).toMatch(refusal);
  });
});

describe("what the database refuses about who is who", () => {
  test.each<[string, string, RegExp]>([
    [
      "an identity given to somebody else",
      `update identities set person_id = '${BEN}' where id = '${ADA_IDENTITY}';`,
      /IMMUTABLE/,
    ],
    [
      "another subject for an identity",
      `update identities set subject = 'ben' where id = '${ADA_IDENTITY}';`,
      /IMMUTABLE/,
    ],
    ["an identity forgotten", `delete from identities where id = '${ADA_IDENTITY}';`, /IMMUTABLE/],
    [
      "a new identity for a linked person",
      `insert into identities (person_id, issuer, subject) values ('${ADA_TWO}','https://idp','x');`,
      /INVALID/,
    ],
    ["a link to oneself", link(NEW, NEW), /people_same_as|INVALID/],
    ["a link to who is linked", link(NEW, LEAD_TWO), /INVALID/],
    ["a link of who others are linked to", link(LEAD, NEW), /INVALID/],
    ["two who are linked to each other", `${link(NEW, LOCAL)}${link(LOCAL, NEW)}`, /INVALID/],
    ["a link that leaves the identity behind", link(), /INVALID: a linked person keeps/],
    ["a link that leaves a role behind", link(LOCAL, BEN), /INVALID: a linked person keeps/],
    [
      "a link of somebody active",
      `update people set same_as_id = '${LEAD}' where id = '${NEW}';`,
      /people_same_as/,
    ],
    [
      "a linked person activated",
      `update people set is_active = true where id = '${LEAD_TWO}';`,
      /people_same_as/,
    ],
    ["a link undone", `update people set same_as_id = null where id = '${LEAD_TWO}';`, /IMMUTABLE/],
    [
      "a link turned to another",
      `update people set same_as_id = '${BEN}' where id = '${LEAD_TWO}';`,
      /IMMUTABLE/,
    ],
    [
      "an address that somebody else had before",
      `update people set email = 'new@x' where id = '${ADA}';update people set email = 'A@x' where id = '${NEW}';`,
      /CONFLICT: somebody else has this address, or had it before/,
    ],
    [
      "a newcomer with an address that somebody had before",
      `update people set email = 'new@x' where id = '${ADA}';insert into people (name, email) values ('Second','a@x');`,
      /CONFLICT: somebody else has this address/,
    ],
    ["an address forgotten", "delete from person_addresses;", /IMMUTABLE: whose an address is/],
    [
      "an address given to another",
      `update person_addresses set person_id = '${BEN}' where address = 'a@x';`,
      /IMMUTABLE: whose an address is/,
    ],
    [
      "an address that the person never had",
      `insert into person_addresses (address, person_id) values ('other@x','${BEN}');`,
      /INVALID: an address is kept for the person who has it/,
    ],
    [
      "the address of who never signed in and has a role that takes two",
      `update people set email = 'new@x' where id = '${LEAD}';`,
      /SECOND_ADMINISTRATOR: whoever signs in with the address first/,
    ],
    [
      "the address of who never signed in and waits for such a role",
      `insert into people (id, name, email) values ('${ID(9)}','Invited','i@x');${ask({ person: ID(9) })}update people set email = 'new@x' where id = '${ID(9)}';`,
      /SECOND_ADMINISTRATOR/,
    ],
    ["somebody deleted", `delete from people where id = '${LEAD}';`, /violates|IMMUTABLE/],
  ])("%s", async (_name, attack, refusal) => {
    expect(await attempt(attack)).toMatch(refusal);
  });
});

describe("what the database refuses about votes", () => {
  test.each<[string, string, RegExp]>([
    ["the vote of an administrator", open() + agreed + vote(LOCAL), /NOT_ELIGIBLE/],
    [
      "the vote of whoever administers besides",
      `${open()}${grant({ person: NEW, role: "developer" })}${vote(ADA)}`,
      /NOT_ELIGIBLE/,
    ],
    ["the vote of somebody whose other name wrote it", open() + hadAHand() + vote(), /FOUR_EYES/],
    ["the vote of a linked person", open() + vote(LEAD_TWO), /APPROVER_INACTIVE/],
    [
      "being ready on the vote of whose other name wrote it",
      open() + vote() + hadAHand() + ready,
      /APPROVALS_MISSING/,
    ],
    [
      "being ready on the vote of who decides no longer",
      open() + vote() + revoke(LEAD, "tech_lead") + ready,
      /APPROVALS_MISSING/,
    ],
    [
      "being ready on the vote of who has left",
      `${open()}${vote()}update people set is_active = false where id = '${LEAD}';${ready}`,
      /APPROVALS_MISSING/,
    ],
    ["a vote without a sign-in, where one is asked for", open(FRESH) + vote(LEAD, FRESH), /STEP_UP_REQUIRED/],
    [
      "a vote long after the sign-in",
      open(FRESH) + vote(LEAD, FRESH, "now() - interval '11 minutes'"),
      /STEP_UP_REQUIRED/,
    ],
  ])("%s", async (_name, attack, refusal) => {
    expect(await attempt(attack)).toMatch(refusal);
  });
});

describe("what the database accepts", () => {
  test.each<[string, string]>([
    ["a role that decides nothing, given by one", grant({ role: "developer" })],
    ["a deciding role by two", agreed + grant({ id: REQUEST })],
    ["the same given by whoever asked, after the other agreed", agreed + grant({ id: REQUEST, by: ADA })],
    [
      "a second administrator by two",
      ask({ role: "platform_admin" }) + decide() + grant({ id: REQUEST, role: "platform_admin" }),
    ],
    ["the second administrator by a lone one", alone + longAgo + grant({ role: "platform_admin", by: ADA })],
    ["refusing", ask() + decide(BEN, "refused")],
    ["taking back one's own request", ask() + decide(ADA, "withdrawn")],
    ["a group's role and what follows", mapGroup() + follow()],
    ["viewing for a group that everybody is in", mapGroup({ group: "everybody", role: "viewer" })],
    [
      "a deciding role for a group by two",
      ask({ group: "approvers" }) + decide() + mapGroup({ id: REQUEST, role: "release_approver" }),
    ],
    ["a link with everything moved", link() + moved()],
    ["a vote", open() + vote() + ready],
    ["a vote just after the sign-in", open(FRESH) + vote(LEAD, FRESH, "now() - interval '9 minutes'")],
  ])("%s", async (_name, act) => {
    expect(await attempt(act)).toBe("accepted");
  });

  test("what follows from a group ends with it", async () => {
    await database.client.query("begin");
    await database.client.query(`${mapGroup()}${follow()}update group_roles set revoked_at = now();${audit}`);
    const { rows } = await database.client.query(
      `select revoked_at from grants where group_role_id = '${GROUP}'`,
    );
    await database.client.query("rollback");
    expect(rows).toEqual([{ revoked_at: expect.any(Date) }]);
  });

  test.each([1, 2])(
    "which roles take two, of %i administrators, is decided as in the domain",
    async (count) => {
      await database.client.query("begin");
      if (count === 1) await database.client.query(`${alone}${longAgo}${audit}`);
      const { rows } = await database.client.query<{ role: (typeof ROLES)[number]; two: boolean }>(
        "select role, role_needs_two(role) as two from unnest(enum_range(null::role)) role",
      );
      await database.client.query("rollback");
      expect(rows).toEqual(ROLES.map((role) => ({ role, two: needsSecondAdministrator(role, count) })));
    },
  );
});

test("two links made at once do not become a chain", async () => {
  const { other, leave } = await database.another();
  try {
    const [first, second, third] = [61, 62, 63].map(ID);
    await database.client.query(
      `begin; insert into people (id, name, email) values ('${first}','1','1@y'),('${second}','2','2@y'),('${third}','3','3@y'); ${audit} commit;`,
    );
    await database.client.query("begin");
    await database.client.query(link(second, third));
    await other.query("begin");
    const late = other.query(link(first, second)).then(
      () => "accepted",
      (error: Error) => error.message,
    );
    await database.client.query(`${audit} commit`);
    expect(await late).toMatch(/INVALID/);
  } finally {
    await leave();
  }
});
