import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { PolicyRules } from "@/domain/policies/policy";
import {
  GATE_KEYS,
  GATE_STATUSES,
  OPERATION_KINDS,
  OPERATION_STATES,
  PROMOTION_KINDS,
  PROMOTION_STATES,
  VOTE_DECISIONS,
} from "@/domain/promotions/status";
import { clients, products, repositories } from "./catalog";
import { createdAt, id, moment } from "./columns";
import { environments, slots } from "./environments";
import { people } from "./people";
import { policies } from "./policies";
import { pullRequests } from "./pull-requests";
import { releases } from "./releases";

export const promotionKindEnum = pgEnum("promotion_kind", PROMOTION_KINDS);
export const promotionStateEnum = pgEnum("promotion_state", PROMOTION_STATES);
export const voteDecisionEnum = pgEnum("vote_decision", VOTE_DECISIONS);
export const gateKeyEnum = pgEnum("gate_key", GATE_KEYS);
export const gateStatusEnum = pgEnum("gate_status", GATE_STATUSES);
export const operationKindEnum = pgEnum("operation_kind", OPERATION_KINDS);
export const operationStateEnum = pgEnum("operation_state", OPERATION_STATES);

/**
 * One governed act: a merge into a branch, a deployment to a slot, or the rollback of one.
 * `version` rises with every change (optimistic lock); `revision` rises when what is decided on changes.
 */
export const promotions = pgTable(
  "promotions",
  {
    id: id(),
    number: integer().notNull().unique().generatedAlwaysAsIdentity(),
    kind: promotionKindEnum().notNull(),
    title: text().notNull(),
    state: promotionStateEnum().notNull().default("gating"),
    version: integer().notNull().default(0),
    revision: integer().notNull().default(1),
    attempt: integer().notNull().default(1),
    productId: uuid()
      .notNull()
      .references(() => products.id, { onDelete: "restrict" }),
    repositoryId: uuid()
      .notNull()
      .references(() => repositories.id, { onDelete: "restrict" }),
    environmentId: uuid().references(() => environments.id, { onDelete: "restrict" }),
    clientId: uuid().references(() => clients.id, { onDelete: "restrict" }),
    pullRequestId: uuid().references(() => pullRequests.id, { onDelete: "restrict" }),
    sourceBranch: text(),
    targetBranch: text(),
    slotId: uuid().references(() => slots.id, { onDelete: "restrict" }),
    releaseId: uuid().references(() => releases.id, { onDelete: "restrict" }),
    /** Rollbacks: the promotion whose deployment is undone. */
    rollsBackId: uuid().references((): AnyPgColumn => promotions.id, { onDelete: "restrict" }),
    /**
     * Rollbacks, chosen by whoever asks: the release that leaves is withdrawn everywhere when it has succeeded; false: it
     * leaves this slot only, which is held instead. Whatever Clearway asks for itself withdraws. Says nothing of other kinds.
     */
    withdrawsRelease: boolean().notNull().default(true),
    /** Null: asked for by Clearway itself. */
    requestedById: uuid().references(() => people.id, { onDelete: "restrict" }),
    /** Why it was asked for, where a person gave a reason. */
    reason: text(),
    /** Why it stands where it stands, as a typed code and a sentence: blocked, failed, needs a person. */
    outcomeCode: text(),
    outcomeText: text(),
    supersededById: uuid().references((): AnyPgColumn => promotions.id, { onDelete: "restrict" }),
    createdAt: createdAt(),
    updatedAt: createdAt(),
    expiresAt: moment().notNull(),
    readyAt: moment(),
    startedAt: moment(),
    endedAt: moment(),
  },
  (t) => [
    check(
      "promotions_merge",
      sql`(${t.kind} = 'merge') = (${t.targetBranch} is not null and ${t.sourceBranch} is not null and ${t.pullRequestId} is not null)`,
    ),
    check(
      "promotions_deploy",
      sql`(${t.kind} <> 'merge') = (${t.slotId} is not null and ${t.releaseId} is not null and ${t.environmentId} is not null)`,
    ),
    check(
      "promotions_leaves_one_slot",
      sql`${t.withdrawsRelease} or (${t.kind} = 'rollback' and ${t.requestedById} is not null)`,
    ),
    uniqueIndex("promotions_one_open_per_pull_request")
      .on(t.pullRequestId)
      .where(
        sql`${t.state} not in ('succeeded','failed','rolled_back','rejected','cancelled','superseded','expired')`,
      ),
    index("promotions_open")
      .on(t.state, t.createdAt)
      .where(
        sql`${t.state} not in ('succeeded','rolled_back','rejected','cancelled','superseded','expired')`,
      ),
    index().on(t.createdAt, t.id),
    index().on(t.productId, t.createdAt),
    index().on(t.slotId, t.createdAt),
    index().on(t.releaseId),
    index().on(t.clientId),
    index().on(t.environmentId),
    index().on(t.repositoryId, t.targetBranch),
    index().on(t.pullRequestId),
    index().on(t.rollsBackId),
    index().on(t.requestedById),
    index().on(t.supersededById),
    index("promotions_title_parts").using("gin", t.title.op("gin_trgm_ops")),
  ],
);

/** Exactly what is decided on. Immutable; votes refer to it by its digest. */
export const promotionRevisions = pgTable(
  "promotion_revisions",
  {
    promotionId: uuid()
      .notNull()
      .references(() => promotions.id, { onDelete: "restrict" }),
    revision: integer().notNull(),
    sourceSha: text().notNull(),
    /** The target's head, where votes are bound to it (policy: revote). Null: it may move, the merge is rechecked. */
    boundTargetSha: text(),
    releaseDigest: text(),
    policyId: uuid()
      .notNull()
      .references(() => policies.id, { onDelete: "restrict" }),
    /** What is asked for: the policy's rules, or the stricter of those it began with and those in force since. */
    rules: jsonb().$type<PolicyRules>().notNull(),
    /** Authors, committers and co-authors by address that belong to nobody known. */
    unknownContributors: text().array().notNull(),
    /** Why this revision came to be. */
    reason: text().notNull(),
    subjectDigest: text()
      .notNull()
      .generatedAlwaysAs(
        sql`encode(digest(source_sha || '|' || coalesce(bound_target_sha, '') || '|' || coalesce(release_digest, '') || '|' || policy_id::text, 'sha256'), 'hex')`,
      ),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.promotionId, t.revision] }),
    unique("promotion_revisions_subject").on(t.promotionId, t.revision, t.subjectDigest),
    index().on(t.policyId),
  ],
);

/** The merge as it would be: the very commit that execution puts on the target. A new row when the target moves. */
export const mergeCandidates = pgTable(
  "merge_candidates",
  {
    id: id(),
    promotionId: uuid().notNull(),
    revision: integer().notNull(),
    targetSha: text().notNull(),
    treeOid: text(),
    commitSha: text(),
    conflicts: text().array().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    foreignKey({
      columns: [t.promotionId, t.revision],
      foreignColumns: [promotionRevisions.promotionId, promotionRevisions.revision],
    }),
    unique("merge_candidates_target").on(t.promotionId, t.revision, t.targetSha),
    check("merge_candidates_clean", sql`(${t.commitSha} is null) = (cardinality(${t.conflicts}) > 0)`),
    index().on(t.treeOid),
  ],
);

/** Everybody who had a hand in what is promoted; their approval never counts. Rows are only ever added. */
export const promotionContributors = pgTable(
  "promotion_contributors",
  {
    promotionId: uuid()
      .notNull()
      .references(() => promotions.id, { onDelete: "restrict" }),
    personId: uuid()
      .notNull()
      .references(() => people.id, { onDelete: "restrict" }),
    why: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.promotionId, t.personId, t.why] }), index().on(t.personId)],
);

/** A vote on one revision. Never edited; only voided, with the reason. */
export const votes = pgTable(
  "votes",
  {
    id: id(),
    promotionId: uuid().notNull(),
    revision: integer().notNull(),
    subjectDigest: text().notNull(),
    personId: uuid()
      .notNull()
      .references(() => people.id, { onDelete: "restrict" }),
    decision: voteDecisionEnum().notNull(),
    reason: text(),
    /** When the voter last proved who they are, where the policy asks for it to be just now. */
    authenticatedAt: moment(),
    decidedAt: createdAt(),
    voidedAt: moment(),
    voidReason: text(),
  },
  (t) => [
    foreignKey({
      columns: [t.promotionId, t.revision, t.subjectDigest],
      foreignColumns: [
        promotionRevisions.promotionId,
        promotionRevisions.revision,
        promotionRevisions.subjectDigest,
      ],
    }),
    uniqueIndex("votes_one_per_person")
      .on(t.promotionId, t.revision, t.personId)
      .where(sql`${t.voidedAt} is null`),
    index().on(t.personId),
    check(
      "votes_reject_reason",
      sql`${t.decision} = 'approve' or coalesce(length(trim(${t.reason})), 0) > 0`,
    ),
  ],
);

/** The gates of one revision, as last evaluated. `detail` is the sentence on the card, `facts` what it was made from. */
export const promotionGates = pgTable(
  "promotion_gates",
  {
    promotionId: uuid().notNull(),
    revision: integer().notNull(),
    key: gateKeyEnum().notNull(),
    status: gateStatusEnum().notNull(),
    detail: text().notNull(),
    facts: jsonb().$type<Record<string, unknown>>().notNull(),
    evaluatedAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.promotionId, t.revision, t.key] }),
    foreignKey({
      columns: [t.promotionId, t.revision],
      foreignColumns: [promotionRevisions.promotionId, promotionRevisions.revision],
    }),
  ],
);

/**
 * An effect outside the database: intent (pending), sent, then what the read-back said.
 * `idempotencyKey` is left at the provider, so that a lost answer can be asked for.
 */
export const operations = pgTable(
  "operations",
  {
    id: id(),
    promotionId: uuid()
      .notNull()
      .references(() => promotions.id, { onDelete: "restrict" }),
    idempotencyKey: text().notNull().unique(),
    kind: operationKindEnum().notNull(),
    state: operationStateEnum().notNull().default("pending"),
    expected: jsonb().$type<Record<string, unknown>>().notNull(),
    result: jsonb().$type<Record<string, unknown>>(),
    attempts: integer().notNull().default(0),
    workerId: uuid(),
    leaseUntil: moment(),
    fence: bigint({ mode: "number" }).notNull().default(0),
    isSettled: boolean().notNull().default(false),
    createdAt: createdAt(),
    updatedAt: createdAt(),
  },
  (t) => [
    index().on(t.promotionId),
    index("operations_open").on(t.leaseUntil).where(sql`not ${t.isSettled}`),
  ],
);
