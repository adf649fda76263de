import { randomUUID } from "node:crypto";
import type { PolicyRules } from "@/domain/policies/policy";
import type { RealInstallation } from "./real-installation";

const RULES: PolicyRules = {
  approvals: [],
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

/**
 * A deployment that waits for people, has failed or was lost sight of eleven minutes ago, written straight into the
 * tables: for tests that are about what people do then, and not about how it came to it. Returns its number.
 */
export async function givenPromotion(
  real: RealInstallation,
  state: "awaiting_approval" | "failed" | "unknown",
  rules: Partial<PolicyRules> = {},
): Promise<number> {
  const [product, repository, component, policy, environment, slot, run, release, promotion] = Array.from(
    { length: 9 },
    () => randomUUID(),
  );
  const key = randomUUID().slice(0, 8);
  const digest = key.repeat(8);
  const move = (to: string, also = "") =>
    `update promotions set state = '${to}', version = version + 1${also} where id = '${promotion}';`;
  const carriedOut = `
    ${move("ready")} ${move("executing", ", started_at = now()")}
    update slots set fence = 1 where id = '${slot}';
    insert into deployments (slot_id, promotion_id, attempt, release_id, artifact_sha256, fence) values ('${slot}', '${promotion}', 1, '${release}', '${digest}', 1);
    insert into operations (promotion_id, idempotency_key, kind, expected, state, attempts) values ('${promotion}', '${key}', 'install', '{}', '${state === "failed" ? "refused" : "unknown"}', 1);
    update deployments set state = '${state}' where promotion_id = '${promotion}';
    ${move(state, ", outcome_text = 'The slot host is not there.', updated_at = now() - interval '11 minutes'")}`;
  await real.governed(`
    insert into products (id, key, name) values ('${product}', 'p-${key}', 'Payments ${key}');
    insert into repositories (id, product_id, key, name, directory) values ('${repository}', '${product}', 'r-${key}', 'r-${key}', 'r-${key}.git');
    insert into components (id, product_id, repository_id, key, name, scope) values ('${component}', '${product}', '${repository}', 'c-${key}', 'API', 'common');
    insert into policies (id, key, name, version, subject, rules) values ('${policy}', 'e-${key}', 'Production', 1, 'environment', '${JSON.stringify({ ...RULES, ...rules })}');
    insert into environments (id, key, name, position, policy_id, is_per_client) values ('${environment}', 'e-${key}', 'Production', (select coalesce(max(position), 0) + 1 from environments), '${policy}', false);
    insert into slots (id, component_id, component_scope, environment_id, is_per_client, schema_version) values ('${slot}', '${component}', 'common', '${environment}', false, 5);
    insert into pipeline_runs (id, repository_id, product_id, ref, commit_sha, tree_oid, trigger, state) values ('${run}', '${repository}', '${product}', 'refs/heads/x', 'c', '${key}', 'manual', 'passed');
    insert into releases (id, repository_id, product_id, version, tree_oid, source_sha, run_id, digest, migration, schema_min, schema_max, schema_after)
      values ('${release}', '${repository}', '${product}', '2026.1.1', '${key}', 's', '${run}', '${digest}', 'none', 5, 5, 5);
    insert into release_artifacts (release_id, component_id, sha256, health) values ('${release}', '${component}', '${digest}', '{}');
    update releases set sealed_at = now() where id = '${release}';
    insert into promotions (id, kind, title, product_id, repository_id, environment_id, slot_id, release_id, expires_at)
      values ('${promotion}', 'deploy', 'API 2026.1.1 to Production', '${product}', '${repository}', '${environment}', '${slot}', '${release}', now() + interval '1 day');
    insert into promotion_revisions (promotion_id, revision, source_sha, release_digest, policy_id, unknown_contributors, reason)
      values ('${promotion}', 1, 's', '${digest}', '${policy}', '{}', 'requested');
    insert into promotion_gates (promotion_id, revision, key, status, detail, facts) values ('${promotion}', 1, 'schema', 'pass', 'ok', '{}');
    ${move("awaiting_approval")}
    ${state === "awaiting_approval" ? "" : carriedOut}`);
  const [row] = await real.sql<{ number: number }>("select number from promotions where id = $1", [
    promotion,
  ]);
  return row?.number ?? 0;
}
