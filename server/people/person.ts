import { and, desc, eq, ne, sql } from "drizzle-orm";
import { accessTokens, auditEvents, identities, people, sessions } from "@/db/schema";
import { forbidden, notFound } from "@/domain/errors";
import { clashOfDuties, type GrantOrigin, needsSecondAdministrator } from "@/domain/people/access";
import { browserInWords } from "@/domain/people/browser";
import type { PersonState } from "@/domain/people/person-states";
import { ROLES } from "@/domain/people/roles";
import { can } from "@/domain/permissions";
import type { Context } from "../context";
import { type HeldRole, LAST_SIGN_IN, PERSON_STATE, readHeldRoles, visiblePeople } from "./list";
import { readRequests } from "./requests";
import { countAdministrators, managesPeople, readAdministrators } from "./rows";

export type RoleHeld = HeldRole & {
  createdAt: Date;
  /** Who gave it; for a group's role, who said what the group means. */
  by: string | null;
  requestedBy: string | null;
  agreedBy: string | null;
  reason: string | null;
};

/** One person: roles and why they hold them; for whoever manages people and for themselves also sign-ins and tokens. */
export async function getPerson(ctx: Context, { personId }: { personId: string }) {
  const me = ctx.actor.kind === "person" ? ctx.actor : null;
  const isSelf = me?.personId === personId;
  const isManager = managesPeople(ctx);
  const sees = isSelf || isManager;
  const [person] = await ctx.db
    .select({
      id: people.id,
      name: people.name,
      title: people.title,
      email: people.email,
      isActive: people.isActive,
      createdAt: people.createdAt,
      sameAsId: people.sameAsId,
      state: sql<PersonState>`${PERSON_STATE}`,
      lastSignInAt: sql<string | null>`${LAST_SIGN_IN}`,
    })
    .from(people)
    .where(and(eq(people.id, personId), isSelf ? undefined : visiblePeople(ctx)));
  if (!person) throw notFound("person");
  const mayAudit = can(ctx.actor, "audit.read", { productId: null });
  const [held, requests, known, live, tokens, history, linked, administrators, count] = await Promise.all([
    readRoles(ctx, personId),
    isManager ? readRequests(ctx, { personId }) : [],
    sees ? readIdentities(ctx, personId) : [],
    sees ? readSessions(ctx, personId) : [],
    sees ? readTokens(ctx, personId) : [],
    isManager || mayAudit ? readHistory(ctx, personId) : [],
    readLinked(ctx, personId, person.sameAsId),
    isManager && me ? readAdministrators(ctx.db, [me.personId, personId]) : [],
    isManager ? countAdministrators(ctx.db) : 0,
  ]);
  const heldRoles = held.map(({ role }) => role);
  return {
    ...person,
    email: sees ? person.email : null,
    lastSignInAt: sees && person.lastSignInAt ? new Date(person.lastSignInAt) : null,
    grants: held,
    requests,
    identities: known,
    sessions: live,
    tokens,
    history,
    linked: isManager ? linked : linked.filter(({ relation }) => relation === "sameAs"),
    isSelf,
    isManager,
    /** Other administrators, who could agree. */
    administrators: administrators.map(({ name }) => name),
    roleOptions: ROLES.map((role) => ({
      role,
      takesTwo: needsSecondAdministrator(role, count),
      refusal: isSelf
        ? "Nobody gives themselves a role. Another administrator can."
        : clashOfDuties(role, heldRoles),
    })),
  };
}

/** One's own, whatever one's roles. */
export function getOwnAccount(ctx: Context) {
  if (ctx.actor.kind !== "person") throw forbidden("Only a person has an account.");
  return getPerson(ctx, { personId: ctx.actor.personId });
}

async function readRoles(ctx: Context, personId: string): Promise<RoleHeld[]> {
  const held = await readHeldRoles(ctx, [personId]);
  const { rows } = await ctx.db.execute<{
    id: string;
    createdAt: string;
    by: string | null;
    requestedBy: string | null;
    agreedBy: string | null;
    reason: string | null;
    origin: GrantOrigin;
  }>(sql`
    select g.id, coalesce(gr.created_at, g.created_at) as "createdAt",
      (select name from people where id = coalesce(g.granted_by_id, gr.created_by_id)) as by,
      (select name from people where id = r.requested_by_id) as "requestedBy",
      (select name from people where id = r.decided_by_id) as "agreedBy",
      r.reason
    from grants g left join group_roles gr on gr.id = g.group_role_id
    left join access_requests r on r.id = coalesce(g.access_request_id, gr.access_request_id)
    where g.person_id = ${personId} and g.revoked_at is null`);
  const why = new Map(rows.map((row) => [row.id, row]));
  return held.map((grant) => {
    const told = why.get(grant.id);
    return {
      ...grant,
      createdAt: new Date(told?.createdAt ?? 0),
      by: told?.by ?? null,
      requestedBy: told?.requestedBy ?? null,
      agreedBy: told?.agreedBy ?? null,
      reason: told?.reason ?? null,
    };
  });
}

function readIdentities(ctx: Context, personId: string) {
  return ctx.db
    .select({
      id: identities.id,
      issuer: identities.issuer,
      subject: identities.subject,
      email: identities.email,
      groups: identities.groups,
      createdAt: identities.createdAt,
      lastSignInAt: identities.lastSignInAt,
    })
    .from(identities)
    .where(eq(identities.personId, personId))
    .orderBy(identities.createdAt, identities.id);
}

async function readSessions(ctx: Context, personId: string) {
  const rows = await ctx.db
    .select({
      id: sessions.id,
      createdAt: sessions.createdAt,
      lastSeenAt: sessions.lastSeenAt,
      expires: sessions.expires,
      userAgent: sessions.userAgent,
    })
    .from(sessions)
    .where(and(eq(sessions.userId, personId), sql`${sessions.expires} > now()`))
    .orderBy(desc(sessions.lastSeenAt), sessions.id)
    .limit(100);
  const mine = ctx.actor.kind === "person" ? ctx.actor.sessionId : undefined;
  return rows.map(({ userAgent, ...session }) => ({
    ...session,
    browser: browserInWords(userAgent),
    isCurrent: session.id === mine,
  }));
}

/** Tokens in force, and those that ended, newest first; never their hash. */
function readTokens(ctx: Context, personId: string) {
  return ctx.db
    .select({
      id: accessTokens.id,
      name: accessTokens.name,
      prefix: accessTokens.prefix,
      createdAt: accessTokens.createdAt,
      expiresAt: accessTokens.expiresAt,
      lastUsedAt: accessTokens.lastUsedAt,
      revokedAt: accessTokens.revokedAt,
      isInForce: sql<boolean>`${accessTokens.revokedAt} is null and ${accessTokens.expiresAt} > clearway_now()`,
    })
    .from(accessTokens)
    .where(eq(accessTokens.personId, personId))
    .orderBy(desc(accessTokens.createdAt), desc(accessTokens.id))
    .limit(100);
}

/** What was done to this person, newest first. What they did themselves is not gathered anywhere. */
function readHistory(ctx: Context, personId: string) {
  return ctx.db
    .select({
      sequence: auditEvents.sequence,
      at: auditEvents.at,
      actorName: auditEvents.actorName,
      action: auditEvents.action,
      payload: auditEvents.payload,
    })
    .from(auditEvents)
    .where(
      and(
        eq(auditEvents.subjectType, "person"),
        eq(auditEvents.subjectId, personId),
        ne(auditEvents.action, "person.signed_in"),
      ),
    )
    .orderBy(desc(auditEvents.sequence))
    .limit(50);
}

async function readLinked(ctx: Context, personId: string, sameAsId: string | null) {
  const { rows } = await ctx.db.execute<{ id: string; name: string; relation: "sameAs" | "alias" }>(sql`
    select id, name, case when id = ${sameAsId}::uuid then 'sameAs' else 'alias' end as relation
    from people where same_as_id = ${personId} or id = ${sameAsId}::uuid order by name, id`);
  return rows;
}
