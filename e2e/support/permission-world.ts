import { execFileSync } from "node:child_process";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { ROLES, type Role } from "@/domain/people/roles";
import { SCOPES, type Scope, type Target } from "../permission-scopes";
import { type RealInstallation, startRealInstallation } from "./real-installation";

/** Somebody who asks: by a session's cookie, and by an access token where git does. `role` null: holds none. */
export type Asker = { name: string; role: Role | null; scope: Scope | null; cookie: string; token: string };

export type PermissionWorld = {
  real: RealInstallation;
  ours: Target;
  /** Rows of product B, for inputs that mix. */
  theirs: Target;
  absent: Target;
  /** Every role in every scope, and one person without a role. */
  askers: Asker[];
};

const RULES = {
  approvals: [{ key: "all", name: "Everybody", roles: ["developer", "tech_lead", "qa"], minimum: 3 }],
  requiresChecks: false,
  requiredChecks: [],
  requiresWorkItem: false,
  requiresUpToDate: false,
  verifiedIn: [],
  requiresMaster: false,
  onTargetMoved: "recheck",
  deploysAutomatically: false,
  rollsBackAutomatically: false,
  rollbackApprovals: [],
  requiresStepUp: false,
  expiresAfterHours: 72,
};

type Fixture = ReturnType<typeof fixture>;

function fixture(key: string, name: string, prefix: string, word: string, brings: string, client: string) {
  const ids = Array.from({ length: 24 }, () => randomUUID());
  const id = () => ids.pop() ?? randomUUID();
  return {
    ...{ key, name, prefix, word, brings, client, clientKey: client.toLowerCase() },
    ...{
      product: id(),
      repository: id(),
      api: id(),
      vm: id(),
      clientId: id(),
      branch: id(),
      deletedBranch: id(),
    },
    ...{
      run: id(),
      job: id(),
      artifact: id(),
      workItem: id(),
      pullRequest: id(),
      merge: id(),
      release: id(),
    },
    ...{ slot: id(), promotion: id(), subject: id(), grant: id(), accessToken: id() },
    branchName: `feature/2026.21/${prefix}-1-${word}`,
    digest: createHash("sha256").update(word).digest("hex"),
  };
}

const A = () => fixture("harbour", "Quillfeather", "QUI", "zanzibar", "gondola", "Marigold");
const B = () => fixture("meadow", "Ozymandias", "OZY", "xanadu", "tundra", "Wormwood");

/**
 * A real installation with two products and people for every role in every scope, on a PostgreSQL of its own, with one
 * web and no worker. Once made, nothing governed can be written in it but that something was exported: what is allowed ends
 * with TOO_LATE, so cells do not change each other.
 */
export async function startPermissionWorld(): Promise<PermissionWorld> {
  const real = await startRealInstallation({ accounts: [] });
  try {
    return await fill(real);
  } catch (error) {
    await real.stop();
    throw error;
  }
}

async function fill(real: RealInstallation): Promise<PermissionWorld> {
  const [a, b] = [A(), B()];
  const dev = randomUUID();
  const production = randomUUID();
  const [gate, merges] = [randomUUID(), randomUUID()];
  const thistledown = randomUUID();
  const [devSlot, otherSlot, otherPromotion] = [randomUUID(), randomUUID(), randomUUID()];
  const [otherPerson, groupRole, request] = [randomUUID(), randomUUID(), randomUUID()];
  const rules = JSON.stringify(RULES);
  await real.governed(`
    insert into installations (organisation_name, is_runner_enabled) values ('Meridian', true);
    insert into policies (id, key, name, version, subject, rules) values
      ('${gate}', 'gate', 'Gate', 1, 'environment', '${rules}'), ('${merges}', 'merges', 'Merges', 1, 'branch', '${rules}');
    insert into branch_policies (branch_kind, policy_id) values ('sprint', '${merges}');
    insert into environments (id, key, name, position, policy_id, is_production, is_per_client) values
      ('${dev}', 'dev', 'Dev', 1, '${gate}', false, false), ('${production}', 'production', 'Production', 2, '${gate}', true, true);
    ${catalogOf(a)} ${catalogOf(b)}
    insert into clients (id, key, name) values ('${thistledown}', 'thistledown', 'Thistledown');
    insert into subscriptions (client_id, component_id) values ('${thistledown}', '${a.vm}');
    insert into slots (id, component_id, component_scope, environment_id, is_per_client, client_id, schema_version) values
      ('${devSlot}', '${a.api}', 'common', '${dev}', false, null, 5),
      ('${a.slot}', '${a.vm}', 'client', '${production}', true, '${a.clientId}', 5),
      ('${otherSlot}', '${a.vm}', 'client', '${production}', true, '${thistledown}', 5),
      ('${b.slot}', '${b.vm}', 'client', '${production}', true, '${b.clientId}', 5)`);
  const scopeIds: Record<Scope, string | null> = {
    organisation: null,
    ourProduct: a.product,
    ourClient: a.clientId,
    ourEnvironment: production,
    otherClient: thistledown,
    otherEnvironment: dev,
    otherProduct: b.product,
  };
  const people = askers();
  await real.governed(peopleSql(people, scopeIds));
  const heads = new Map<Fixture, { head: string; base: string; tree: string }>();
  for (const f of [a, b]) {
    const git = makeRepository(real.dataDir, f);
    heads.set(f, git);
    const file = path.join(real.dataDir, "artifacts", f.digest.slice(0, 2), f.digest);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, f.word);
    await real.governed(personOf(f));
    await real.governed(codeOf(f, git, merges));
    await real.governed(
      deploymentOf(f, production, gate, {
        id: f.promotion,
        slot: f.slot,
        client: f.client,
        clientId: f.clientId,
      }),
    );
  }
  await real.governed(
    deploymentOf(a, production, gate, {
      id: otherPromotion,
      slot: otherSlot,
      client: "Thistledown",
      clientId: thistledown,
    }),
  );
  const admins = people.filter(({ role, scope }) => role === "platform_admin" && scope === "organisation");
  const [admin] = await real.sql<{ id: string }>("select id from people where email = $1", [
    addressOf(admins[0]),
  ]);
  await real.governed(`
    insert into people (id, name, email) values ('${otherPerson}', 'Somebody else', 'else@example.com');
    insert into group_roles (id, group_name, role, scope_kind) values ('${groupRole}', 'auditors', 'auditor', 'organisation');
    insert into access_requests (id, person_id, role, scope_kind, reason, requested_by_id) values
      ('${request}', '${otherPerson}', 'qa', 'organisation', 'because', '${admin?.id}');
    update installations set set_up_at = now()`);
  await real.sql(`
    create function hold_still() returns trigger language plpgsql as $$ begin
      if new.payload like '%.exported"%' then return new; end if;
      raise exception 'TOO_LATE: nothing is written while cells are walked';
    end $$`);
  await real.sql(
    "create trigger hold_still before insert on audit_events for each row execute function hold_still()",
  );

  const target = async (f: Fixture): Promise<Target> => {
    const one = async (table: string, id: string) =>
      (await real.sql<{ number: number }>(`select number from ${table} where id = $1`, [id]))[0]?.number ?? 0;
    const [revision] = await real.sql<{ digest: string }>(
      "select subject_digest as digest from promotion_revisions where promotion_id = $1",
      [f.promotion],
    );
    return {
      productId: f.product,
      productKey: f.key,
      repositoryId: f.repository,
      repositoryKey: `${f.key}-code`,
      componentId: f.api,
      clientComponentId: f.vm,
      clientId: f.clientId,
      clientKey: f.clientKey,
      environmentId: production,
      slotId: f.slot,
      devSlotId: devSlot,
      branchId: f.branch,
      headSha: heads.get(f)?.head ?? "",
      runId: f.run,
      runNumber: await one("pipeline_runs", f.run),
      jobId: f.job,
      artifactId: f.artifact,
      pullRequestId: f.pullRequest,
      pullRequestNumber: await one("pull_requests", f.pullRequest),
      mergeNumber: await one("promotions", f.merge),
      promotionId: f.promotion,
      promotionNumber: await one("promotions", f.promotion),
      subjectDigest: revision?.digest ?? "",
      releaseId: f.release,
      version: "2026.21.1",
      workItemKey: `${f.prefix}-1`,
      personId: f.subject,
      otherPersonId: otherPerson,
      grantId: f.grant,
      requestId: request,
      groupRoleId: groupRole,
      accessTokenId: f.accessToken,
      policyKey: "gate",
    };
  };
  const ours = await target(a);
  return { real, ours, theirs: await target(b), absent: absentLike(ours), askers: people };
}

/** Of the same form, and nobody's. */
function absentLike(ours: Target): Target {
  const entries = Object.entries(ours).map(([name, value]) => {
    if (typeof value === "number") return [name, 999_999];
    if (name.endsWith("Id")) return [name, randomUUID()];
    if (name === "workItemKey") return [name, "QUI-999"];
    if (name === "version") return [name, "2026.21.999"];
    return [name, name.endsWith("Key") ? "nothing" : value];
  });
  return Object.fromEntries(entries) as Target;
}

function askers(): Asker[] {
  const secret = () => ({
    cookie: `clearway.session=${randomUUID()}${randomUUID()}`,
    token: `cw_${randomBytes(32).toString("base64url")}`,
  });
  const everyone = ROLES.flatMap((role) =>
    SCOPES.map((scope) => ({ name: `${role} of ${scope}`, role, scope, ...secret() })),
  );
  return [...everyone, { name: "somebody without a role", role: null, scope: null, ...secret() }];
}

function addressOf(asker: Asker | undefined): string {
  return `${asker?.name.replaceAll(" ", ".")}@example.com`.toLowerCase();
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

function kindOf(scope: Scope): string {
  return scope === "organisation" ? scope : scope.replace(/^(our|other)/, "").toLowerCase();
}

function peopleSql(people: readonly Asker[], scopeIds: Record<Scope, string | null>): string {
  return people
    .map((asker) => {
      const id = randomUUID();
      const { role, scope, cookie, token, name } = asker;
      const scopeId = scope && scopeIds[scope];
      const grant =
        role && scope
          ? `insert into grants (person_id, role, scope_kind, scope_id) values ('${id}', '${role}', '${kindOf(scope)}', ${scopeId ? `'${scopeId}'` : "null"});`
          : "";
      return `insert into people (id, name, email) values ('${id}', '${name}', '${addressOf(asker)}'); ${grant}
        insert into sessions (session_token, user_id, expires) values ('${sha256(cookie.split("=")[1] ?? "")}', '${id}', now() + interval '1 day');
        insert into access_tokens (person_id, name, prefix, token_sha256, expires_at) values ('${id}', 'git', 'cw_', '${sha256(token)}', now() + interval '1 day')`;
    })
    .join(";");
}

function catalogOf(f: Fixture): string {
  return `insert into products (id, key, name) values ('${f.product}', '${f.key}', '${f.name}');
    insert into repositories (id, product_id, key, name, directory) values ('${f.repository}', '${f.product}', '${f.key}-code', '${f.name} code', '${f.key}-code.git');
    insert into components (id, product_id, repository_id, key, name, scope) values
      ('${f.api}', '${f.product}', '${f.repository}', '${f.key}-api', '${f.name} API', 'common'),
      ('${f.vm}', '${f.product}', '${f.repository}', '${f.key}-vm', '${f.name} VM', 'client');
    insert into clients (id, key, name) values ('${f.clientId}', '${f.clientKey}', '${f.client}');
    insert into subscriptions (client_id, component_id) values ('${f.clientId}', '${f.vm}');
    insert into work_items (id, product_id, key, type, title, state) values ('${f.workItem}', '${f.product}', '${f.prefix}-1', 'story', 'The ${f.word}', 'in_progress');`;
}

type Git = { head: string; base: string; tree: string };

function codeOf(f: Fixture, { head, base, tree }: Git, policy: string): string {
  const ids = `'${f.repository}', '${f.product}'`;
  const branch = (id: string, name: string, deleted: string) =>
    `insert into branches (id, repository_id, name, kind, head_sha, head_tree_oid, base_name, ahead, behind, last_commit_at, last_commit_subject, last_commit_author_name, deleted_at)
      values ('${id}', '${f.repository}', '${name}', 'feature', '${head}', '${tree}', 'sprint/2026.21', 1, 0, now(), 'Add the ${f.brings}', 'Somebody', ${deleted});`;
  return `${branch(f.branch, f.branchName, "null")} ${branch(f.deletedBranch, `${f.branchName}-gone`, "now()")}
    insert into commits (repository_id, sha, tree_oid, parents, author_name, author_email, authored_at, committer_name, committer_email, committed_at, subject, body, co_authors)
      values ('${f.repository}', '${head}', '${tree}', '{${base}}', 'Somebody', 's@example.com', now(), 'Somebody', 's@example.com', now(), 'Add the ${f.brings}', '', '[]');
    insert into pipeline_runs (id, repository_id, product_id, ref, commit_sha, tree_oid, trigger, state, started_at, finished_at)
      values ('${f.run}', ${ids}, 'refs/heads/${f.branchName}', '${head}', '${tree}', 'push', 'passed', now(), now());
    insert into pipeline_jobs (id, run_id, key, name, position, needs, state, timeout_seconds, log_bytes, started_at, finished_at)
      values ('${f.job}', '${f.run}', 'build', 'Build ${f.word}', 0, '{}', 'passed', 60, ${f.word.length + 1}, now(), now());
    insert into job_log_chunks (job_id, byte_offset, content) values ('${f.job}', 0, '${f.word}' || chr(10));
    insert into test_summaries (job_id, passed, failed, skipped, new_failures, flaky, duration_ms) values ('${f.job}', 1, 0, 0, 0, 0, 5);
    insert into test_results (job_id, position, identity, suite, name, outcome, duration_ms, is_new_failure, is_flaky, rank)
      values ('${f.job}', 0, '${f.digest}', 'suite', 'sees the ${f.word}', 'passed', 5, false, false, 3);
    insert into artifacts (id, run_id, job_id, component_id, component_key, path, sha256, size_bytes)
      values ('${f.artifact}', '${f.run}', '${f.job}', '${f.vm}', '${f.key}-vm', '${f.word}.tar', '${f.digest}', ${f.word.length});
    insert into releases (id, repository_id, product_id, version, tree_oid, source_sha, run_id, digest, migration, schema_min, schema_max, schema_after)
      values ('${f.release}', ${ids}, '2026.21.1', '${tree}', '${head}', '${f.run}', '${f.digest}', 'none', 5, 5, 5);
    insert into release_artifacts (release_id, component_id, sha256, health) values
      ('${f.release}', '${f.vm}', '${f.digest}', '{}'), ('${f.release}', '${f.api}', '${f.digest}', '{}');
    insert into release_commits (release_id, ref, commit_sha) values ('${f.release}', 'refs/heads/sprint/2026.21', '${head}');
    update releases set sealed_at = now() where id = '${f.release}';
    insert into pull_requests (id, repository_id, product_id, source_branch, target_branch, title, author_id, head_sha, base_sha)
      values ('${f.pullRequest}', ${ids}, '${f.branchName}', 'sprint/2026.21', 'Add the ${f.word}', '${f.subject}', '${head}', '${base}');
    insert into promotions (id, kind, title, product_id, repository_id, pull_request_id, source_branch, target_branch, expires_at)
      values ('${f.merge}', 'merge', 'Add the ${f.word}', '${f.product}', '${f.repository}', '${f.pullRequest}', '${f.branchName}', 'sprint/2026.21', now() + interval '1 day');
    insert into promotion_revisions (promotion_id, revision, source_sha, policy_id, unknown_contributors, reason)
      values ('${f.merge}', 1, '${head}', '${policy}', '{}', 'requested')`;
}

type Deployment = { id: string; slot: string; client: string; clientId: string };

/** It waits for three votes, which nobody completes here. */
function deploymentOf(
  f: Fixture,
  environment: string,
  policy: string,
  { id, slot, client, clientId }: Deployment,
): string {
  return `insert into promotions (id, kind, title, product_id, repository_id, environment_id, client_id, slot_id, release_id, expires_at)
      values ('${id}', 'deploy', '${f.key}-vm 2026.21.1 to ${client} Production', '${f.product}', '${f.repository}', '${environment}', '${clientId}', '${slot}', '${f.release}', now() + interval '1 day');
    insert into promotion_revisions (promotion_id, revision, source_sha, release_digest, policy_id, unknown_contributors, reason)
      select '${id}', 1, source_sha, digest, '${policy}', '{}', 'requested' from releases where id = '${f.release}';
    insert into promotion_gates (promotion_id, revision, key, status, detail, facts) values ('${id}', 1, 'schema', 'pass', 'ok', '{}');
    update promotions set state = 'awaiting_approval', version = version + 1 where id = '${id}'`;
}

/** Somebody whose only role is on the product. */
function personOf(f: Fixture): string {
  return `insert into people (id, name, email) values ('${f.subject}', 'Colleague of ${f.word}', '${f.word}@example.com');
    insert into grants (id, person_id, role, scope_kind, scope_id) values ('${f.grant}', '${f.subject}', 'viewer', 'product', '${f.product}');
    insert into access_tokens (id, person_id, name, prefix, token_sha256, expires_at) values ('${f.accessToken}', '${f.subject}', 'theirs', 'cw_', '${f.digest}', now() + interval '1 day')`;
}

function makeRepository(dataDir: string, f: Fixture): Git {
  const directory = path.join(dataDir, "repositories", `${f.key}-code.git`);
  const work = fs.mkdtempSync(path.join(dataDir, "work-"));
  const who = { AUTHOR: "Somebody", COMMITTER: "Somebody" };
  const env: NodeJS.ProcessEnv = { PATH: process.env.PATH ?? "", HOME: dataDir, NODE_ENV: "test" };
  for (const [role, name] of Object.entries(who)) {
    env[`GIT_${role}_NAME`] = name;
    env[`GIT_${role}_EMAIL`] = "s@example.com";
  }
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: work, env, encoding: "utf8", stdio: "pipe" }).trim();
  git("init", "--quiet", "--bare", "--initial-branch=master", directory);
  git("init", "--quiet", "--initial-branch=master", ".");
  const commit = (file: string, message: string) => {
    fs.writeFileSync(path.join(work, file), `${file}\n`);
    git("add", "--all");
    git("commit", "--quiet", "--message", message);
  };
  commit("README.md", "Begin");
  git("branch", "sprint/2026.21");
  git("checkout", "--quiet", "-b", f.branchName);
  commit(`${f.brings}.txt`, `Add the ${f.brings}\n\n${f.prefix}-1`);
  git("push", "--quiet", directory, "--all");
  const answer = {
    head: git("rev-parse", "HEAD"),
    base: git("rev-parse", "HEAD~1"),
    tree: git("rev-parse", "HEAD^{tree}"),
  };
  fs.rmSync(work, { recursive: true, force: true });
  return answer;
}
