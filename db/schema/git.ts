import { sql } from "drizzle-orm";
import {
  boolean,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { BRANCH_DELETION_STATES } from "@/domain/branches/deletion";
import { repositories } from "./catalog";
import { createdAt, id, moment } from "./columns";
import { people } from "./people";
import { branchKindEnum } from "./policies";

/** What git says of a branch, as last read. A row stays after the branch has gone (`deletedAt`). */
export const branches = pgTable(
  "branches",
  {
    id: id(),
    repositoryId: uuid()
      .notNull()
      .references(() => repositories.id, { onDelete: "restrict" }),
    name: text().notNull(),
    kind: branchKindEnum().notNull(),
    headSha: text().notNull(),
    /** The tree of its head: what pipelines build. */
    headTreeOid: text(),
    /** The branch it is measured against: the sprint for a feature, master for a sprint. Null for master. */
    baseName: text(),
    baseSha: text(),
    ahead: integer(),
    behind: integer(),
    sprintKey: text(),
    workItemKey: text(),
    isNameValid: boolean().notNull().default(true),
    lastCommitAt: moment().notNull(),
    lastCommitSubject: text().notNull(),
    lastCommitAuthorName: text().notNull(),
    lastPusherId: uuid().references(() => people.id, { onDelete: "restrict" }),
    createdAt: createdAt(),
    updatedAt: createdAt(),
    deletedAt: moment(),
  },
  (t) => [
    uniqueIndex("branches_live_name").on(t.repositoryId, t.name).where(sql`${t.deletedAt} is null`),
    index().on(t.lastPusherId),
    index().on(t.workItemKey),
    index().on(t.repositoryId, t.headTreeOid),
    // One for each order of the list, always ended by the id; what is deleted has an order of its own.
    index("branches_by_name").on(t.name, t.id).where(sql`${t.deletedAt} is null`),
    index("branches_by_commit").on(t.lastCommitAt, t.id).where(sql`${t.deletedAt} is null`),
    index("branches_by_ahead").on(sql`coalesce(${t.ahead}, -1)`, t.id).where(sql`${t.deletedAt} is null`),
    index("branches_by_behind").on(sql`coalesce(${t.behind}, -1)`, t.id).where(sql`${t.deletedAt} is null`),
    index("branches_by_created").on(t.createdAt, t.id).where(sql`${t.deletedAt} is null`),
    index("branches_by_kind").on(t.kind, t.name, t.id).where(sql`${t.deletedAt} is null`),
    index("branches_misnamed").on(t.name, t.id).where(sql`${t.deletedAt} is null and not ${t.isNameValid}`),
    index("branches_deleted").on(t.deletedAt, t.id).where(sql`${t.deletedAt} is not null`),
    index("branches_name_parts").using("gin", t.name.op("gin_trgm_ops")).where(sql`${t.deletedAt} is null`),
  ],
);

export const branchDeletionStateEnum = pgEnum("branch_deletion_state", BRANCH_DELETION_STATES);

/**
 * A branch deleted in Clearway: the intent, then what git said. Its commit stays under refs/clearway/deleted/<id>, from
 * where it is restored. A deletion by git push has no row here.
 */
export const branchDeletions = pgTable(
  "branch_deletions",
  {
    id: id(),
    branchId: uuid()
      .notNull()
      .references(() => branches.id, { onDelete: "restrict" }),
    repositoryId: uuid()
      .notNull()
      .references(() => repositories.id, { onDelete: "restrict" }),
    name: text().notNull(),
    headSha: text().notNull(),
    state: branchDeletionStateEnum().notNull().default("requested"),
    requestedById: uuid()
      .notNull()
      .references(() => people.id, { onDelete: "restrict" }),
    /** Why git did not do it. */
    refusedReason: text(),
    restoredById: uuid().references(() => people.id, { onDelete: "restrict" }),
    createdAt: createdAt(),
    updatedAt: createdAt(),
  },
  (t) => [
    uniqueIndex("branch_deletions_one_open")
      .on(t.branchId)
      .where(sql`${t.state} in ('requested', 'restoring')`),
    index("branch_deletions_open").on(t.repositoryId).where(sql`${t.state} in ('requested', 'restoring')`),
    index().on(t.branchId, t.createdAt),
    index().on(t.requestedById),
    index().on(t.restoredById),
  ],
);

/** Commits that were reachable from a branch when it was read. `coAuthors` come from trailers. */
export const commits = pgTable(
  "commits",
  {
    repositoryId: uuid()
      .notNull()
      .references(() => repositories.id, { onDelete: "restrict" }),
    sha: text().notNull(),
    treeOid: text().notNull(),
    parents: text().array().notNull(),
    authorName: text().notNull(),
    authorEmail: text().notNull(),
    authoredAt: moment().notNull(),
    committerName: text().notNull(),
    committerEmail: text().notNull(),
    committedAt: moment().notNull(),
    subject: text().notNull(),
    body: text().notNull(),
    coAuthors: jsonb().$type<{ name: string; email: string }[]>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.sha] }),
    index().on(t.sha.op("text_pattern_ops")),
    index().on(t.committedAt),
  ],
);

/** Which work item keys a commit's message names, known to Clearway or not. */
export const commitWorkItems = pgTable(
  "commit_work_items",
  {
    repositoryId: uuid()
      .notNull()
      .references(() => repositories.id, { onDelete: "restrict" }),
    sha: text().notNull(),
    workItemKey: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.repositoryId, t.sha, t.workItemKey] }), index().on(t.workItemKey)],
);

/** One ref moved by one push. `personId` is null when the move was found by reading the repository. */
export const pushes = pgTable(
  "pushes",
  {
    id: id(),
    repositoryId: uuid()
      .notNull()
      .references(() => repositories.id, { onDelete: "restrict" }),
    personId: uuid().references(() => people.id, { onDelete: "restrict" }),
    pushKey: text().notNull(),
    ref: text().notNull(),
    oldSha: text().notNull(),
    newSha: text().notNull(),
    pushedAt: createdAt(),
  },
  (t) => [
    uniqueIndex("pushes_once").on(t.repositoryId, t.pushKey, t.ref),
    index().on(t.personId),
    index().on(t.newSha),
  ],
);
