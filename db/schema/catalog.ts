import { index, integer, pgEnum, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { COMPONENT_SCOPES } from "@/domain/catalog/components";
import { createdAt, id } from "./columns";

export const componentScopeEnum = pgEnum("component_scope", COMPONENT_SCOPES);

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
    createdAt: createdAt(),
  },
  (t) => [index().on(t.productId), unique("repositories_product").on(t.id, t.productId)],
);

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
  },
  (t) => [index().on(t.productId), index().on(t.repositoryId), unique("components_scope").on(t.id, t.scope)],
);

export const clients = pgTable("clients", {
  id: id(),
  key: text().notNull().unique(),
  name: text().notNull(),
  createdAt: createdAt(),
});

/** Which client has which client component. */
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
  },
  (t) => [primaryKey({ columns: [t.clientId, t.componentId] }), index().on(t.componentId)],
);
