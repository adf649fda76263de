import { desc, eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { branchPolicies, environments, policies } from "@/db/schema";
import { classifyBranch } from "@/domain/branches/naming";

export type PolicyRow = typeof policies.$inferSelect;

/** The policy that decides merges into this branch, by the kind its name has. Null: that kind is closed. */
export async function policyForBranch(db: Db, branchName: string): Promise<PolicyRow | null> {
  const [row] = await db
    .select({ policy: policies })
    .from(branchPolicies)
    .innerJoin(policies, eq(policies.id, branchPolicies.policyId))
    .where(eq(branchPolicies.branchKind, classifyBranch(branchName).kind));
  return row?.policy ?? null;
}

/** The policy bound to the environment. Null: it is closed. */
export async function policyForEnvironment(db: Db, environmentId: string): Promise<PolicyRow | null> {
  const [row] = await db
    .select({ policy: policies })
    .from(environments)
    .innerJoin(policies, eq(policies.id, environments.policyId))
    .where(eq(environments.id, environmentId));
  return row?.policy ?? null;
}

/** Its newest version, whether anything is bound to it or not. */
export async function newestPolicy(db: Db, key: string): Promise<PolicyRow | null> {
  const [row] = await db
    .select()
    .from(policies)
    .where(eq(policies.key, key))
    .orderBy(desc(policies.version))
    .limit(1);
  return row ?? null;
}
