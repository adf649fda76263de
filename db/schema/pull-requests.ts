import { sql } from "drizzle-orm";
import { index, integer, pgEnum, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { PULL_REQUEST_STATES } from "@/domain/pull-requests/status";
import { products, repositories } from "./catalog";
import { createdAt, id, moment } from "./columns";
import { people } from "./people";

export const pullRequestStateEnum = pgEnum("pull_request_state", PULL_REQUEST_STATES);

/** Clearway's own pull request. Deciding it is the work of the merge promotion that it carries. */
export const pullRequests = pgTable(
  "pull_requests",
  {
    id: id(),
    number: integer().notNull().unique().generatedAlwaysAsIdentity(),
    repositoryId: uuid()
      .notNull()
      .references(() => repositories.id, { onDelete: "restrict" }),
    productId: uuid()
      .notNull()
      .references(() => products.id, { onDelete: "restrict" }),
    sourceBranch: text().notNull(),
    targetBranch: text().notNull(),
    title: text().notNull(),
    description: text().notNull().default(""),
    authorId: uuid()
      .notNull()
      .references(() => people.id, { onDelete: "restrict" }),
    state: pullRequestStateEnum().notNull().default("open"),
    headSha: text().notNull(),
    /** The merge base with the target when last read: where the diff begins. */
    baseSha: text().notNull(),
    mergeSha: text(),
    createdAt: createdAt(),
    updatedAt: createdAt(),
    endedAt: moment(),
  },
  (t) => [
    uniqueIndex("pull_requests_one_open")
      .on(t.repositoryId, t.sourceBranch, t.targetBranch)
      .where(sql`${t.state} = 'open'`),
    index().on(t.productId),
    index().on(t.authorId),
    index("pull_requests_parts").using("gin", t.title.op("gin_trgm_ops"), t.sourceBranch.op("gin_trgm_ops")),
  ],
);

/** The head a person last looked at, for "since I last looked". */
export const pullRequestViews = pgTable(
  "pull_request_views",
  {
    pullRequestId: uuid()
      .notNull()
      .references(() => pullRequests.id, { onDelete: "cascade" }),
    personId: uuid()
      .notNull()
      .references(() => people.id, { onDelete: "cascade" }),
    headSha: text().notNull(),
    seenAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.pullRequestId, t.personId] }), index().on(t.personId)],
);
