import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { audit, ID, type PlainSql, startPlainSql } from "./testing/plain-sql";

// Attacks on policies by plain SQL, as the owner of the database: no application code is between.
let database: PlainSql;

const [PRODUCT, REPOSITORY, PULL_REQUEST, MERGES, DEPLOYS, DEV, PROMOTION, AUTHOR] = [
  10, 11, 12, 13, 14, 15, 16, 17,
].map(ID);
const PEER = { key: "peer", name: "Peer", roles: ["developer", "tech_lead"], minimum: 1 };
const RULES = {
  approvals: [PEER],
  requiresChecks: true,
  requiredChecks: ["lint"],
  requiresWorkItem: false,
  requiresUpToDate: false,
  verifiedIn: [],
  requiresMaster: false,
  onTargetMoved: "recheck",
  deploysAutomatically: false,
  rollsBackAutomatically: false,
  rollbackApprovals: [],
  requiresStepUp: false,
  expiresAfterHours: 24,
};
const rules = (over: object = {}) => `'${JSON.stringify({ ...RULES, ...over })}'`;
const publish = (key: string, version: number, subject: string, over: object = {}, note = "'why'") =>
  `insert into policies (key, name, version, subject, rules, note) values ('${key}','P',${version},'${subject}',${rules(over)},${note});`;
const follow = (key: string, kind = "sprint") =>
  `update branch_policies set policy_id = (select id from policies where key='${key}' order by version desc limit 1) where branch_kind='${kind}';`;
const revise = (revision: number, over: object = {}) =>
  `insert into promotion_revisions (promotion_id, revision, source_sha, policy_id, rules, unknown_contributors, reason) values ('${PROMOTION}',${revision},'s${revision}','${MERGES}',${rules(over)},'{}','test');`;

const BASE = `
insert into installations (organisation_name, is_demonstration) values ('Test', true);
insert into people (id, name, email) values ('${AUTHOR}','Author','a@x');
insert into products (id, key, name) values ('${PRODUCT}','p','P');
insert into repositories (id, product_id, key, name, directory) values ('${REPOSITORY}','${PRODUCT}','p','P','p.git');
insert into policies (id, key, name, version, subject, rules) values ('${MERGES}','merges','Merges',1,'branch',${rules()}),('${DEPLOYS}','deploys','Deploys',1,'environment',${rules()});
insert into branch_policies (branch_kind, policy_id) values ('sprint','${MERGES}');
insert into environments (id, key, name, position, policy_id) values ('${DEV}','dev','Dev',1,'${DEPLOYS}');
insert into pull_requests (id, number, repository_id, product_id, title, source_branch, target_branch, author_id, head_sha, base_sha)
  overriding system value values ('${PULL_REQUEST}',1,'${REPOSITORY}','${PRODUCT}','x','feature/2026.21/PAY-1-x','sprint/2026.21','${AUTHOR}','s','t');
insert into promotions (id, kind, title, product_id, repository_id, pull_request_id, source_branch, target_branch, expires_at)
  values ('${PROMOTION}','merge','x','${PRODUCT}','${REPOSITORY}','${PULL_REQUEST}','feature/2026.21/PAY-1-x','sprint/2026.21', now() + interval '1 day');
${revise(1)}
${audit}`;

beforeAll(async () => {
  database = await startPlainSql(BASE);
});
afterAll(() => database.stop());

const attempt = (attack: string) => database.attempt(attack);

describe("versions", () => {
  test.each<[string, string, RegExp | null]>([
    [
      "the next version, followed by what it decides",
      `${publish("merges", 2, "branch")}${follow("merges")}${audit}`,
      null,
    ],
    ["a version without its audit row", `${publish("other", 1, "branch")}`, /AUDIT_MISSING/],
    ["the same version again", `${publish("merges", 1, "branch")}${audit}`, /STALE_WRITE/],
    ["a version after the next", `${publish("merges", 3, "branch")}${audit}`, /STALE_WRITE/],
    ["a first version that is the second", `${publish("other", 2, "branch")}${audit}`, /STALE_WRITE/],
    [
      "a version without a reason",
      `${publish("merges", 2, "branch", {}, "null")}${follow("merges")}${audit}`,
      /INVALID: a new version says why/,
    ],
    [
      "a blank reason",
      `${publish("merges", 2, "branch", {}, "'  '")}${follow("merges")}${audit}`,
      /INVALID: a new version says why/,
    ],
    ["another subject", `${publish("merges", 2, "environment")}${audit}`, /IMMUTABLE/],
    [
      "what is bound stays behind",
      `${publish("merges", 2, "branch")}${audit}`,
      /INVALID: what this policy decides must follow/,
    ],
    [
      "an environment stays behind",
      `${publish("deploys", 2, "environment")}${audit}`,
      /INVALID: what this policy decides must follow/,
    ],
    [
      "editing a version",
      `update policies set rules=${rules({ approvals: [] })} where key='merges';${audit}`,
      /IMMUTABLE/,
    ],
    [
      "deleting a version",
      `delete from branch_policies;delete from policies where key='merges';${audit}`,
      /IMMUTABLE/,
    ],
    [
      "a rule that asks for nobody",
      `${publish("x", 1, "branch", { approvals: [{ ...PEER, minimum: 0 }] })}${audit}`,
      /INVALID: a rule has/,
    ],
    [
      "a rule without a role",
      `${publish("x", 1, "branch", { approvals: [{ ...PEER, roles: [] }] })}${audit}`,
      /INVALID: a rule has/,
    ],
    [
      "a rule without a minimum",
      `${publish("x", 1, "branch", { rollbackApprovals: [{ key: "a", roles: ["qa"] }] })}${audit}`,
      /INVALID: a rule has/,
    ],
    [
      "two rules of one key",
      `${publish("x", 1, "branch", { approvals: [PEER, PEER] })}${audit}`,
      /INVALID: two rules/,
    ],
    [
      "no list of rules",
      `${publish("x", 1, "branch", { approvals: null })}${audit}`,
      /INVALID: a policy names/,
    ],
    [
      "administrators asked",
      `${publish("x", 1, "branch", { approvals: [{ ...PEER, roles: ["platform_admin"] }] })}${audit}`,
      /INVALID: only developers/,
    ],
    [
      "a fresh sign-in in a demonstration",
      `${publish("x", 1, "branch", { requiresStepUp: true })}${audit}`,
      /INVALID: nobody signs in anew/,
    ],
  ])("%s", async (_, statements, refusal) => {
    const message = await attempt(statements);
    if (refusal === null) expect(message).toBe("accepted");
    else expect(message).toMatch(refusal);
  });
});

describe("bindings", () => {
  const older = `${publish("merges", 2, "branch")}${follow("merges")}`;
  const OPEN_DOOR = /UNSATISFIABLE: Nobody would be asked before/;
  const setUp = "update installations set set_up_at = now();";
  const APPOINTED = /UNSATISFIABLE: One administrator could appoint everybody who is asked before/;
  const DEVELOPERS = { key: "developers", name: "Developers", roles: ["developer"], minimum: 1 };
  const LEADS = { key: "leads", name: "Leads", roles: ["tech_lead", "qa", "release_approver"], minimum: 1 };
  const toPolicy = (subject: string, approvals: object[]) =>
    `insert into policies (id, key, name, version, subject, rules) values ('${ID(20)}','nobody','Nobody',1,'${subject}',${rules({ approvals })});`;
  const nobody = (subject: string) => toPolicy(subject, []);
  const toMaster = `insert into branch_policies (branch_kind, policy_id) values ('master','${ID(20)}');`;
  const toProduction = (policy: string) =>
    `insert into environments (key, name, position, is_production, policy_id) values ('live','Live',2,true,${policy});`;
  test.each<[string, string, RegExp | null]>([
    ["closing a kind of branch", `delete from branch_policies;${audit}`, null],
    ["closing it without an audit row", `delete from branch_policies;`, /AUDIT_MISSING/],
    ["closing an environment", `update environments set policy_id=null;${audit}`, null],
    [
      "a policy for environments on a branch",
      `update branch_policies set policy_id='${DEPLOYS}';${audit}`,
      /INVALID: Deploys decides over deployments/,
    ],
    [
      "a policy for branches on an environment",
      `update environments set policy_id='${MERGES}';${audit}`,
      /INVALID: Merges decides over merges/,
    ],
    [
      "back to an older version",
      `${older}update branch_policies set policy_id='${MERGES}';${audit}`,
      /STALE_WRITE: Merges has a newer version than 1/,
    ],
    [
      "another kind to an older version",
      `${older}insert into branch_policies (branch_kind, policy_id) values ('master','${MERGES}');${audit}`,
      /STALE_WRITE/,
    ],
    ["master where nobody is asked", `${setUp}${nobody("branch")}${toMaster}${audit}`, OPEN_DOOR],
    [
      "master that somebody else moves to where nobody is asked",
      `${setUp}${nobody("branch")}update branch_policies set branch_kind='master', policy_id='${ID(20)}';${audit}`,
      OPEN_DOOR,
    ],
    [
      "master whose policy asks nobody any more",
      `${setUp}${toPolicy("branch", [LEADS])}${toMaster}${publish("nobody", 2, "branch", { approvals: [] })}${follow("nobody", "master")}${audit}`,
      OPEN_DOOR,
    ],
    [
      "production where nobody is asked",
      `${setUp}${nobody("environment")}${toProduction(`'${ID(20)}'`)}${audit}`,
      /UNSATISFIABLE: Nobody would be asked before Live/,
    ],
    [
      "master that one administrator could appoint everybody for",
      `${setUp}${toPolicy("branch", [DEVELOPERS])}${toMaster}${audit}`,
      /UNSATISFIABLE: One administrator could appoint everybody who is asked before master/,
    ],
    [
      "master where a developer would do instead of a tech lead",
      `${setUp}${toPolicy("branch", [PEER, { ...DEVELOPERS, minimum: 3 }])}${toMaster}${audit}`,
      APPOINTED,
    ],
    [
      "master whose policy comes to ask developers only",
      `${setUp}${toPolicy("branch", [LEADS])}${toMaster}${publish("nobody", 2, "branch", { approvals: [DEVELOPERS] })}${follow("nobody", "master")}${audit}`,
      APPOINTED,
    ],
    [
      "production that one administrator could appoint everybody for",
      `${setUp}${toPolicy("environment", [DEVELOPERS])}${toProduction(`'${ID(20)}'`)}${audit}`,
      /UNSATISFIABLE: One administrator could appoint everybody who is asked before Live/,
    ],
    [
      "master with developers besides those whom two appointed",
      `${setUp}${toPolicy("branch", [DEVELOPERS, LEADS])}${toMaster}${audit}`,
      null,
    ],
    [
      "production that is opened later to where nobody is asked",
      `${setUp}${nobody("environment")}${toProduction("null")}update environments set policy_id='${ID(20)}' where key='live';${audit}`,
      OPEN_DOOR,
    ],
    [
      "production where somebody is asked whom two appointed",
      `${setUp}${toPolicy("environment", [LEADS])}${toProduction(`'${ID(20)}'`)}${audit}`,
      null,
    ],
    [
      "a sprint and Dev where nobody is asked",
      `${setUp}${nobody("branch")}update branch_policies set policy_id='${ID(20)}';insert into policies (id, key, name, version, subject, rules) values ('${ID(21)}','free','Free',1,'environment',${rules({ approvals: [] })});update environments set policy_id='${ID(21)}';${audit}`,
      null,
    ],
    [
      "an environment that begins with an older version",
      `${publish("deploys", 2, "environment")}insert into environments (key, name, position, policy_id) values ('qa','QA',2,'${DEPLOYS}');${audit}`,
      /STALE_WRITE/,
    ],
  ])("%s", async (_, statements, refusal) => {
    const message = await attempt(statements);
    if (refusal === null) expect(message).toBe("accepted");
    else expect(message).toMatch(refusal);
  });
});

describe("what decides a promotion", () => {
  const two = { approvals: [{ ...PEER, minimum: 2 }] };
  const ONLY = /INVALID: what decides a promotion only ever becomes stricter/;
  const POLICY = /INVALID: a revision is decided by its policy or by something stricter/;
  test.each<[string, string, RegExp | null]>([
    ["more of the same", `${revise(2, two)}${audit}`, null],
    [
      "one more rule",
      `${revise(2, { approvals: [PEER, { ...PEER, key: "qa", roles: ["qa"] }] })}${audit}`,
      null,
    ],
    ["fewer roles", `${revise(2, { approvals: [{ ...PEER, roles: ["tech_lead"] }] })}${audit}`, null],
    ["nobody is asked", `${revise(2, { approvals: [] })}${audit}`, POLICY],
    ["somebody else is asked", `${revise(2, { approvals: [{ ...PEER, roles: ["qa"] }] })}${audit}`, POLICY],
    [
      "one more role is asked",
      `${revise(2, { approvals: [{ ...PEER, roles: ["developer", "qa"] }] })}${audit}`,
      POLICY,
    ],
    ["a check less", `${revise(2, { requiredChecks: [] })}${audit}`, ONLY],
    ["without the pipeline", `${revise(2, { requiresChecks: false })}${audit}`, ONLY],
    ["the pipeline left out", `${revise(2, { requiresChecks: undefined })}${audit}`, ONLY],
    ["the checks left out", `${revise(2, { requiredChecks: undefined })}${audit}`, ONLY],
    ["back to fewer than the revision before", `${revise(2, two)}${revise(3)}${audit}`, ONLY],
    [
      "a check that the revision before asked for",
      `${revise(2, { requiredChecks: ["lint", "unit"] })}${revise(3)}${audit}`,
      ONLY,
    ],
    [
      "a fresh sign-in that the revision before asked for",
      `${revise(2, { requiresStepUp: true })}${revise(3)}${audit}`,
      ONLY,
    ],
    [
      "a rule of no key",
      `${revise(2, { approvals: [PEER, { ...PEER, key: "" }] })}${audit}`,
      /INVALID: a rule has/,
    ],
  ])("%s", async (_, statements, refusal) => {
    const message = await attempt(statements);
    if (refusal === null) expect(message).toBe("accepted");
    else expect(message).toMatch(refusal);
  });
});
