import { index, integer, jsonb, pgEnum, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { BRANCH_KINDS } from "@/domain/branches/naming";
import { POLICY_SUBJECTS, type PolicyRules } from "@/domain/policies/policy";
import { createdAt, id } from "./columns";
import { people } from "./people";

export const policySubjectEnum = pgEnum("policy_subject", POLICY_SUBJECTS);
export const branchKindEnum = pgEnum("branch_kind", BRANCH_KINDS);

/** One version of a policy. Immutable: a change is a new version. */
export const policies = pgTable(
  "policies",
  {
    id: id(),
    key: text().notNull(),
    name: text().notNull(),
    version: integer().notNull(),
    subject: policySubjectEnum().notNull(),
    rules: jsonb().$type<PolicyRules>().notNull(),
    /** Why it was changed, in its author's words. Null for the first version. */
    note: text(),
    createdById: uuid().references(() => people.id, { onDelete: "restrict" }),
    createdAt: createdAt(),
  },
  (t) => [unique("policies_key_version").on(t.key, t.version), index().on(t.createdById)],
);

/** The policy that decides merges into branches of a kind. A kind without a row is closed. */
export const branchPolicies = pgTable(
  "branch_policies",
  {
    branchKind: branchKindEnum().primaryKey(),
    policyId: uuid()
      .notNull()
      .references(() => policies.id, { onDelete: "restrict" }),
    createdAt: createdAt(),
  },
  (t) => [index().on(t.policyId)],
);
