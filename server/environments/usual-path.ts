import { branchPolicies, environments, policies } from "@/db/schema";
import { USUAL_ENVIRONMENTS } from "@/domain/environments/usual";
import { PolicyRules } from "@/domain/policies/policy";
import { USUAL_POLICIES } from "@/domain/policies/usual";
import type { Change } from "../audit/change";

export type UsualPath = {
  /** Null: nothing is deployed yet. */
  slotHostUrl: string | null;
  /** Whether commits must name known work items: not before there are any. */
  requiresWorkItems: boolean;
};

/**
 * Makes the usual path in an installation that has none: environments in order, each with its policy, and the policies of
 * merges. Answers with the environments' ids by key.
 */
export async function beginWithUsualPath(
  c: Change,
  { slotHostUrl, requiresWorkItems }: UsualPath,
): Promise<Map<string, string>> {
  const policyIds = await insertPolicies(c, requiresWorkItems);
  const rows = await c.db
    .insert(environments)
    .values(
      USUAL_ENVIRONMENTS.map((environment) => {
        const policy = USUAL_POLICIES.find(
          (one) => one.subject === "environment" && one.environmentKey === environment.key,
        );
        return { ...environment, slotHostUrl, policyId: policy ? (policyIds.get(policy.key) ?? null) : null };
      }),
    )
    .returning();
  for (const { id, key, name, position } of rows) {
    c.audit({
      action: "environment.opened",
      subject: { type: "environment", id, label: name },
      after: { key, position },
    });
  }
  return new Map(rows.map((row) => [row.key, row.id]));
}

async function insertPolicies(c: Change, requiresWorkItems: boolean): Promise<Map<string, string>> {
  const rows = await c.db
    .insert(policies)
    .values(
      USUAL_POLICIES.map(({ key, name, subject, rules }) => ({
        key,
        name,
        subject,
        version: 1,
        rules: PolicyRules.parse({
          ...rules,
          requiresWorkItem: rules.requiresWorkItem && requiresWorkItems,
        }),
      })),
    )
    .returning();
  for (const { id, key, name, version, rules } of rows) {
    c.audit({
      action: "policy.versioned",
      subject: { type: "policy", id, label: name },
      after: { key, version, rules },
    });
  }
  const ids = new Map(rows.map((row) => [row.key, row.id]));
  for (const policy of USUAL_POLICIES) {
    const policyId = ids.get(policy.key);
    if (policy.subject !== "branch" || !policyId) continue;
    await c.db.insert(branchPolicies).values({ branchKind: policy.branchKind, policyId });
    c.audit({
      action: "policy.bound",
      subject: { type: "policy", id: policyId, label: policy.name },
      after: { branchKind: policy.branchKind },
    });
  }
  return ids;
}
