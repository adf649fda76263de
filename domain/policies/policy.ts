import { z } from "zod";
import { APPROVING_ROLES } from "../people/roles";

export const POLICY_SUBJECTS = ["environment", "branch"] as const;

/** One rule: `minimum` different people, none of them a contributor, each holding one of `roles` in scope. */
export const ApprovalRule = z.strictObject({
  key: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/),
  name: z.string().min(1).max(60),
  roles: z.array(z.enum(APPROVING_ROLES)).min(1),
  minimum: z.number().int().min(1).max(9),
});
export type ApprovalRule = z.infer<typeof ApprovalRule>;

export const ON_TARGET_MOVED = ["recheck", "revote"] as const;

export const PolicyRules = z.strictObject({
  approvals: z.array(ApprovalRule).max(6),
  /** The pipeline must have passed for the very tree. */
  requiresChecks: z.boolean(),
  /** Keys of pipeline jobs that must be part of the run and have passed. */
  requiredChecks: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/))
    .max(20)
    .default([]),
  /** Every commit names a work item that Clearway knows. */
  requiresWorkItem: z.boolean(),
  /** The source contains the target's head. */
  requiresUpToDate: z.boolean(),
  /** Keys of environments in which this very tree must be live and verified. */
  verifiedIn: z.array(z.string()),
  /** The release's commit must be on master, with the same tree. Environments only. */
  requiresMaster: z.boolean(),
  onTargetMoved: z.enum(ON_TARGET_MOVED),
  /** A newly sealed release, or one verified in the environment before, is requested here by Clearway itself. */
  deploysAutomatically: z.boolean(),
  /** A failed post-deployment check is rolled back without a person, where the schema allows it. */
  rollsBackAutomatically: z.boolean(),
  /** Who must agree when a person asks for a rollback. */
  rollbackApprovals: z.array(ApprovalRule).max(6),
  /** A vote asks for a sign-in of the last ten minutes. Only where people sign in with an identity provider. */
  requiresStepUp: z.boolean().default(false),
  expiresAfterHours: z
    .number()
    .int()
    .min(1)
    .max(24 * 90),
});
export type PolicyRules = z.infer<typeof PolicyRules>;

/** A sentence for one rule: "1 of Tech lead or Release approver". */
export function describeRule(rule: ApprovalRule, names: Record<string, string>): string {
  return `${rule.minimum} of ${rule.roles.map((role) => names[role] ?? role).join(" or ")}`;
}

/**
 * Is the quorum met? People who hold several roles fill one rule only, so this is a matching:
 * by Hall's theorem it exists when every set of rules has at least as many different voters as it asks for.
 * The database decides the same way (promotion_missing_approvals).
 */
export function missingApprovals(
  rules: readonly ApprovalRule[],
  votersByRule: ReadonlyMap<string, ReadonlySet<string>>,
): number {
  let missing = 0;
  for (let subset = 1; subset < 1 << rules.length; subset++) {
    const chosen = rules.filter((_, index) => subset & (1 << index));
    const asked = chosen.reduce((sum, rule) => sum + rule.minimum, 0);
    const voters = new Set(chosen.flatMap((rule) => [...(votersByRule.get(rule.key) ?? [])]));
    missing = Math.max(missing, asked - voters.size);
  }
  return missing;
}
