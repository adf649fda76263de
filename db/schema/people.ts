import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  boolean,
  check,
  index,
  pgEnum,
  pgTable,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { ACCESS_DECISIONS, GRANT_ORIGINS } from "@/domain/people/access";
import { SCOPE_KINDS } from "@/domain/people/actor";
import { ROLES } from "@/domain/people/roles";
import { createdAt, id, moment } from "./columns";

export const roleEnum = pgEnum("role", ROLES);
export const scopeKindEnum = pgEnum("scope_kind", SCOPE_KINDS);
export const grantOriginEnum = pgEnum("grant_origin", GRANT_ORIGINS);
export const accessDecisionEnum = pgEnum("access_decision", ACCESS_DECISIONS);

/** A human being. Also next-auth's user table. */
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
    /** Found to be the same human being: four eyes compare that one. It is inactive then, and its target is nobody's alias. */
    sameAsId: uuid().references((): AnyPgColumn => people.id, { onDelete: "restrict" }),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("people_email_unique").on(sql`lower(${t.email})`),
    index().on(t.sameAsId),
    check("people_same_as", sql`${t.sameAsId} is null or (${t.sameAsId} <> ${t.id} and not ${t.isActive})`),
  ],
);

/**
 * Every address that a person has or had, in small letters: commits are matched to people by it, so that nobody is freed
 * from having had a hand by a new address. Kept by the database with each address of `people`; never changed or deleted.
 */
export const personAddresses = pgTable(
  "person_addresses",
  {
    address: text().primaryKey(),
    personId: uuid()
      .notNull()
      .references(() => people.id, { onDelete: "restrict" }),
    createdAt: createdAt(),
  },
  (t) => [index().on(t.personId)],
);

/** Who a person is at an identity provider: issuer and subject, never the e-mail address. A person may have several. */
export const identities = pgTable(
  "identities",
  {
    id: id(),
    personId: uuid()
      .notNull()
      .references(() => people.id, { onDelete: "restrict" }),
    issuer: text().notNull(),
    subject: text().notNull(),
    /** As the provider told it last: for display. */
    email: text(),
    groups: text().array().notNull().default(sql`'{}'`),
    createdAt: createdAt(),
    lastSignInAt: moment(),
  },
  (t) => [unique("identities_subject").on(t.issuer, t.subject), index().on(t.personId)],
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
    /** What it is called where sessions are listed and ended; says nothing about the token. */
    id: uuid().notNull().unique().default(sql`gen_random_uuid()`),
    identityId: uuid().references(() => identities.id, { onDelete: "cascade" }),
    /** When the person last proved to the provider who they are; a vote may ask that it was just now. */
    authenticatedAt: createdAt(),
    lastSeenAt: createdAt(),
    userAgent: text(),
    createdAt: createdAt(),
  },
  (t) => [index().on(t.userId), index().on(t.identityId)],
);

/**
 * An administrator's wish to give a person, or everybody of a provider's group, a role that decides or administers.
 * A second administrator agrees or refuses. Decided once, never by who asked or who would gain.
 */
export const accessRequests = pgTable(
  "access_requests",
  {
    id: id(),
    personId: uuid().references(() => people.id, { onDelete: "restrict" }),
    groupName: text(),
    role: roleEnum().notNull(),
    scopeKind: scopeKindEnum().notNull(),
    scopeId: uuid(),
    reason: text().notNull(),
    requestedById: uuid()
      .notNull()
      .references(() => people.id, { onDelete: "restrict" }),
    createdAt: createdAt(),
    decision: accessDecisionEnum(),
    decidedById: uuid().references(() => people.id, { onDelete: "restrict" }),
    decidedAt: moment(),
  },
  (t) => [
    index().on(t.personId),
    index().on(t.requestedById),
    index().on(t.decidedById),
    index("access_requests_open").on(t.createdAt, t.id).where(sql`${t.decision} is null`),
    check("access_requests_for_one", sql`(${t.personId} is null) <> (${t.groupName} is null)`),
    check("access_requests_scope_id", sql`(${t.scopeKind} = 'organisation') = (${t.scopeId} is null)`),
    check(
      "access_requests_decided",
      sql`(${t.decision} is null) = (${t.decidedAt} is null) and (${t.decision} is null) = (${t.decidedById} is null)`,
    ),
  ],
);

/** What a group of the identity provider means here. A group without a row gives no role. Revoked, not deleted. */
export const groupRoles = pgTable(
  "group_roles",
  {
    id: id(),
    groupName: text().notNull(),
    role: roleEnum().notNull(),
    scopeKind: scopeKindEnum().notNull(),
    scopeId: uuid(),
    origin: grantOriginEnum().notNull().default("installation"),
    createdById: uuid().references(() => people.id, { onDelete: "restrict" }),
    accessRequestId: uuid().references(() => accessRequests.id, { onDelete: "restrict" }),
    createdAt: createdAt(),
    revokedAt: moment(),
  },
  (t) => [
    uniqueIndex("group_roles_one_live")
      .on(
        t.groupName,
        t.role,
        t.scopeKind,
        sql`coalesce(${t.scopeId}, '00000000-0000-0000-0000-000000000000'::uuid)`,
      )
      .where(sql`${t.revokedAt} is null`),
    index().on(t.createdById),
    index().on(t.accessRequestId),
    check("group_roles_scope_id", sql`(${t.scopeKind} = 'organisation') = (${t.scopeId} is null)`),
  ],
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
    origin: grantOriginEnum().notNull().default("installation"),
    grantedById: uuid().references(() => people.id, { onDelete: "restrict" }),
    /** The group's row it follows from: revoked with it, and when the person has left the group. */
    groupRoleId: uuid().references(() => groupRoles.id, { onDelete: "restrict" }),
    accessRequestId: uuid().references(() => accessRequests.id, { onDelete: "restrict" }),
    createdAt: createdAt(),
    revokedAt: moment(),
  },
  (t) => [
    index().on(t.personId),
    index().on(t.groupRoleId),
    index().on(t.accessRequestId),
    uniqueIndex("grants_one_live")
      .on(
        t.personId,
        t.role,
        t.scopeKind,
        sql`coalesce(${t.scopeId}, '00000000-0000-0000-0000-000000000000'::uuid)`,
        sql`coalesce(${t.groupRoleId}, '00000000-0000-0000-0000-000000000000'::uuid)`,
      )
      .where(sql`${t.revokedAt} is null`),
    check("grants_origin_group", sql`(${t.origin} = 'group') = (${t.groupRoleId} is not null)`),
    check("grants_origin_person", sql`(${t.origin} = 'person') = (${t.grantedById} is not null)`),
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
