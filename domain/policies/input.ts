import { z } from "zod";
import { BRANCH_KINDS } from "../branches/naming";
import { PolicyRules } from "./policy";

const PolicyKey = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, "Lower-case letters, digits and dashes.");

/** Rules as an editor sends them: what would make two rules one is refused. */
export const DraftRules = PolicyRules.superRefine((rules, ctx) => {
  for (const list of ["approvals", "rollbackApprovals"] as const) {
    const keys = rules[list].map(({ key }) => key);
    if (new Set(keys).size < keys.length) {
      ctx.addIssue({ code: "custom", path: [list], message: "Two rules have the same key." });
    }
  }
  if (new Set(rules.requiredChecks).size < rules.requiredChecks.length) {
    ctx.addIssue({ code: "custom", path: ["requiredChecks"], message: "A check is named twice." });
  }
});

const Note = z.string().trim().min(3, "Say why, in a few words.").max(1000);

export const GetPolicy = z.strictObject({ key: PolicyKey });

export const PublishPolicy = z.strictObject({
  key: PolicyKey,
  /** The version that was on the screen when the edit began. */
  expectedVersion: z.number().int().min(1),
  name: z.string().trim().min(1).max(80),
  rules: DraftRules,
  note: Note,
});
export type PublishPolicy = z.infer<typeof PublishPolicy>;

export const PreviewPolicy = z.strictObject({ key: PolicyKey, rules: DraftRules });
export type PreviewPolicy = z.infer<typeof PreviewPolicy>;

export const CopyPolicy = z.strictObject({
  fromKey: PolicyKey,
  key: PolicyKey,
  name: z.string().trim().min(1).max(80),
  note: Note,
});
export type CopyPolicy = z.infer<typeof CopyPolicy>;

export const PolicyTarget = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("branch"), branchKind: z.enum(BRANCH_KINDS) }),
  z.strictObject({ kind: z.literal("environment"), environmentId: z.uuid() }),
]);
export type PolicyTarget = z.infer<typeof PolicyTarget>;

export const BindPolicy = z.strictObject({
  target: PolicyTarget,
  /** Null closes it: nothing comes there until a policy is bound again. */
  policyKey: PolicyKey.nullable(),
  /** The policy that was bound when the person looked; null: it was closed. */
  expectedPolicyKey: PolicyKey.nullable(),
  note: Note,
});
export type BindPolicy = z.infer<typeof BindPolicy>;
