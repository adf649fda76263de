import {
  bigint,
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
import { COMPONENT_SCOPES } from "@/domain/catalog/components";
import { IMPORT_PHASES, IMPORT_SOURCES, REPOSITORY_STATES } from "@/domain/repositories/state";
import { createdAt, id, moment } from "./columns";

export const componentScopeEnum = pgEnum("component_scope", COMPONENT_SCOPES);

export const repositoryStateEnum = pgEnum("repository_state", REPOSITORY_STATES);
export const importSourceEnum = pgEnum("import_source", IMPORT_SOURCES);
export const importPhaseEnum = pgEnum("import_phase", IMPORT_PHASES);

export const products = pgTable("products", {
  id: id(),
  key: text().notNull().unique(),
  name: text().notNull(),
  createdAt: createdAt(),
});

/** A bare git repository that Clearway keeps; `directory` is relative to the data directory's repositories/. */
export const repositories = pgTable(
  "repositories",
  {
    id: id(),
    productId: uuid()
      .notNull()
      .references(() => products.id, { onDelete: "restrict" }),
    key: text().notNull().unique(),
    name: text().notNull(),
    defaultBranch: text().notNull().default("master"),
    directory: text().notNull().unique(),
    /** Only what is ready is cloned, pushed to, read and promoted from. */
    state: repositoryStateEnum().notNull().default("ready"),
    createdAt: createdAt(),
  },
  (t) => [index().on(t.productId), unique("repositories_product").on(t.id, t.productId)],
);

/** How a repository comes in from elsewhere: the wish, how far it is, and what came of it. Not governed: the state is. */
export const repositoryImports = pgTable("repository_imports", {
  repositoryId: uuid()
    .primaryKey()
    .references(() => repositories.id, { onDelete: "cascade" }),
  sourceKind: importSourceEnum().notNull(),
  /** A clone URL without credentials, or a directory's name below the import directory. */
  source: text().notNull(),
  /** The source's branch that becomes master; null: its own master. */
  masterFrom: text(),
  /** A sprint to open at master, `2026.21`. */
  firstSprint: text(),
  phase: importPhaseEnum().notNull().default("waiting"),
  percent: integer(),
  receivedBytes: bigint({ mode: "number" }).notNull().default(0),
  attempt: integer().notNull().default(0),
  /** Why it failed, in words. */
  error: text(),
  /** What the source has, when it must be said which of them becomes master. */
  foundBranches: jsonb().$type<string[]>(),
  /** Branches and tags that were not taken, with the reason. */
  leftOut: jsonb().$type<{ name: string; reason: string }[]>().notNull().default([]),
  /** Where master stood when it came in: what is older counts for nobody here, as whoever imported it answers for it. */
  masterSha: text(),
  /** The worker that brings it in; another may take over when this has run out. */
  holder: uuid(),
  leaseUntil: moment(),
  startedAt: moment(),
  finishedAt: moment(),
  createdAt: createdAt(),
});

/** What is built and installed. Common: one for all clients. Client: installed per client that subscribes. */
export const components = pgTable(
  "components",
  {
    id: id(),
    productId: uuid()
      .notNull()
      .references(() => products.id, { onDelete: "restrict" }),
    repositoryId: uuid()
      .notNull()
      .references(() => repositories.id, { onDelete: "restrict" }),
    key: text().notNull().unique(),
    name: text().notNull(),
    scope: componentScopeEnum().notNull(),
    position: integer().notNull().default(0),
    createdAt: createdAt(),
    retiredAt: moment(),
  },
  (t) => [index().on(t.productId), index().on(t.repositoryId), unique("components_scope").on(t.id, t.scope)],
);

export const clients = pgTable("clients", {
  id: id(),
  key: text().notNull().unique(),
  name: text().notNull(),
  createdAt: createdAt(),
  retiredAt: moment(),
});

/** Which client has which client component. Ended, never deleted: its slots keep their history. */
export const subscriptions = pgTable(
  "subscriptions",
  {
    clientId: uuid()
      .notNull()
      .references(() => clients.id, { onDelete: "restrict" }),
    componentId: uuid()
      .notNull()
      .references(() => components.id, { onDelete: "restrict" }),
    createdAt: createdAt(),
    endedAt: moment(),
  },
  (t) => [primaryKey({ columns: [t.clientId, t.componentId] }), index().on(t.componentId)],
);
