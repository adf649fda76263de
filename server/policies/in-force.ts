import { eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { branchPolicies, environments, policies } from "@/db/schema";
import { BRANCH_KIND_NAMES } from "@/domain/branches/in-words";
import { classifyBranch } from "@/domain/branches/naming";
import { DomainError } from "@/domain/errors";
import type { PolicyRules } from "@/domain/policies/policy";
import { becameStricter, stricterOf, whatIsStricter } from "@/domain/policies/stricter";
import type { Change } from "../audit/change";
import type { LoadedPromotion } from "../promotions/rows";
import { type PolicyRow, policyForBranch, policyForEnvironment } from "./queries";

export type InForce = {
  /** Null: nothing comes there any more, it was closed. */
  policy: PolicyRow | null;
  /** In what it asks for more than the promotion is decided by, a sentence each. */
  stricter: string[];
  /** What the promotion is to be decided by from now on. */
  rules: PolicyRules;
};

type Decided = Pick<LoadedPromotion, "promotion" | "revision">;

/** The policy that decides today where this promotion goes, held against the rules that its revision is decided by. */
export async function readInForce(db: Db, { promotion, revision }: Decided): Promise<InForce> {
  const policy =
    promotion.kind === "merge"
      ? await policyForBranch(db, promotion.targetBranch ?? "")
      : await policyForEnvironment(db, promotion.environmentId ?? "");
  const isPinned = policy === null || policy.id === revision.policyId;
  // Clearway's own rollback asks nobody: there is nothing to ask again.
  const isOwnRollback = promotion.kind === "rollback" && promotion.requestedById === null;
  if (isPinned || isOwnRollback) return { policy, stricter: [], rules: revision.rules };
  const stricter = whatIsStricter(revision.rules, policy.rules, promotion.kind);
  const rules = stricter.length > 0 ? stricterOf(revision.rules, policy.rules) : revision.rules;
  return { policy, stricter, rules };
}

/**
 * Before anything is done: refuses where the policy has become stricter since the votes, or nothing may come there any
 * more. The lock lets a start and a publication wait for each other: either is whole before the other.
 */
export async function demandStillInForce(c: Change, decided: Decided): Promise<void> {
  const { promotion } = decided;
  if (promotion.kind === "merge") {
    await c.db
      .select({ policyId: branchPolicies.policyId })
      .from(branchPolicies)
      .innerJoin(policies, eq(policies.id, branchPolicies.policyId))
      .where(eq(branchPolicies.branchKind, classifyBranch(promotion.targetBranch ?? "").kind))
      .for("share", { of: branchPolicies });
  } else {
    await c.db
      .select({ policyId: environments.policyId })
      .from(environments)
      .where(eq(environments.id, promotion.environmentId ?? ""))
      .for("share");
  }
  const { policy, stricter } = await readInForce(c.db, decided);
  if (!policy && promotion.kind === "merge")
    throw new DomainError("GATES_OPEN", closedBranch(promotion.targetBranch ?? ""));
  if (stricter.length > 0) throw new DomainError("GATES_OPEN", becameStricter(stricter));
}

export function closedBranch(name: string): string {
  const kind = BRANCH_KIND_NAMES[classifyBranch(name).kind].toLowerCase();
  return `Nothing merges into ${name} for now: no policy is bound to branches of the kind ${kind}.`;
}
