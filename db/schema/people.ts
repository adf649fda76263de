import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  pgEnum,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { SCOPE_KINDS } from "@/domain/people/actor";
import { ROLES } from "@/domain/people/roles";
import { createdAt, id, moment } from "./columns";

export const roleEnum = pgEnum("role", ROLES);
export const scopeKindEnum = pgEnum("scope_kind", SCOPE_KINDS);

/** A human being. Also next-auth's user table. Commits are matched to people by e-mail address, without case. */
export const people = pgTable(
  "people",
  {
    id: id(),
    name: text().notNull(),
    email: text().notNull(),
    emailVerified: timestamp({ withTimezone: true, mode: "date" }),
    image: text(),
    title: text(),
    isActive: boolean().notNull().default(true),
    createdAt: createdAt(),
  },
  (t) => [uniqueIndex("people_email_unique").on(sql`lower(${t.email})`)],
);

/** next-auth's sessions. `sessionToken` holds the SHA-256 of the cookie's token, never the token. */
export const sessions = pgTable(
  "sessions",
  {
    sessionToken: text().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => people.id, { onDelete: "cascade" }),
    expires: timestamp({ withTimezone: true, mode: "date" }).notNull(),
    createdAt: createdAt(),
  },
  (t) => [index().on(t.userId)],
);

/** A role held in a scope. Never deleted: revoked. `scopeId` is null only for the whole organisation. */
export const grants = pgTable(
  "grants",
  {
    id: id(),
    personId: uuid()
      .notNull()
      .references(() => people.id, { onDelete: "restrict" }),
    role: roleEnum().notNull(),
    scopeKind: scopeKindEnum().notNull(),
    scopeId: uuid(),
    grantedById: uuid().references(() => people.id, { onDelete: "restrict" }),
    createdAt: createdAt(),
    revokedAt: moment(),
  },
  (t) => [
    index().on(t.personId),
    uniqueIndex("grants_one_live")
      .on(t.personId, t.role, t.scopeKind, t.scopeId)
      .where(sql`${t.revokedAt} is null`),
    check("grants_scope_id", sql`(${t.scopeKind} = 'organisation') = (${t.scopeId} is null)`),
  ],
);

/** A token for git over http. Only its SHA-256 is kept; the prefix lets its owner recognise it. */
export const accessTokens = pgTable(
  "access_tokens",
  {
    id: id(),
    personId: uuid()
      .notNull()
      .references(() => people.id, { onDelete: "cascade" }),
    name: text().notNull(),
    prefix: text().notNull(),
    tokenSha256: text().notNull().unique(),
    createdAt: createdAt(),
    expiresAt: moment().notNull(),
    lastUsedAt: moment(),
    revokedAt: moment(),
  },
  (t) => [index().on(t.personId)],
);
