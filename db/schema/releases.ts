import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { MIGRATION_CLASSES } from "@/domain/pipelines/status";
import { components, products, repositories } from "./catalog";
import { createdAt, id, moment } from "./columns";
import { people } from "./people";
import { pipelineRuns } from "./pipelines";

export const migrationClassEnum = pgEnum("migration_class", MIGRATION_CLASSES);

export type HealthCheckDefinition = {
  path: string;
  attempts: number;
  intervalSeconds: number;
  timeoutSeconds: number;
};

/**
 * One tree of one repository, built once: an artifact per component. Sealed: only a withdrawal may be added.
 * `digest` is the SHA-256 over the sorted "component sha256" lines; it is what people vote on and what travels.
 */
export const releases = pgTable(
  "releases",
  {
    id: id(),
    repositoryId: uuid()
      .notNull()
      .references(() => repositories.id, { onDelete: "restrict" }),
    productId: uuid()
      .notNull()
      .references(() => products.id, { onDelete: "restrict" }),
    version: text().notNull(),
    /** Its place among the releases of its repository, from 1; counted by the database as it is inserted. */
    ordinal: integer().notNull().default(0),
    treeOid: text().notNull(),
    sourceSha: text().notNull(),
    runId: uuid()
      .notNull()
      .references(() => pipelineRuns.id, { onDelete: "restrict" }),
    digest: text().notNull(),
    migration: migrationClassEnum().notNull(),
    schemaMin: integer().notNull(),
    schemaMax: integer().notNull(),
    schemaAfter: integer().notNull(),
    createdAt: createdAt(),
    sealedAt: moment(),
    withdrawnAt: moment(),
    withdrawnReason: text(),
    withdrawnById: uuid().references(() => people.id, { onDelete: "restrict" }),
  },
  (t) => [
    unique("releases_version").on(t.repositoryId, t.version),
    unique("releases_tree").on(t.repositoryId, t.treeOid),
    unique("releases_ordinal").on(t.repositoryId, t.ordinal),
    check("releases_ordinal_counted", sql`${t.ordinal} > 0`),
    check("releases_schema", sql`${t.schemaMin} <= ${t.schemaAfter} and ${t.schemaAfter} <= ${t.schemaMax}`),
    check("releases_withdrawn", sql`(${t.withdrawnAt} is null) = (${t.withdrawnReason} is null)`),
    index().on(t.productId, t.createdAt),
    index().on(t.runId),
    index().on(t.withdrawnById),
  ],
);

export const releaseArtifacts = pgTable(
  "release_artifacts",
  {
    releaseId: uuid()
      .notNull()
      .references(() => releases.id, { onDelete: "restrict" }),
    componentId: uuid()
      .notNull()
      .references(() => components.id, { onDelete: "restrict" }),
    sha256: text().notNull(),
    health: jsonb().$type<HealthCheckDefinition>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.releaseId, t.componentId] }), index().on(t.componentId)],
);

/** Where the release's tree has stood: the branch and the commit, with the moment it arrived there. */
export const releaseCommits = pgTable(
  "release_commits",
  {
    releaseId: uuid()
      .notNull()
      .references(() => releases.id, { onDelete: "restrict" }),
    ref: text().notNull(),
    commitSha: text().notNull(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.releaseId, t.ref, t.commitSha] })],
);
