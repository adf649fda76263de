import { createHash, randomBytes } from "node:crypto";
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { grants, people, sessions } from "@/db/schema";
import { DomainError } from "@/domain/errors";
import { type Actor, ANONYMOUS } from "@/domain/people/actor";
import { env } from "../env";

const RENEW_AFTER_SECONDS = 60;

export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** 256 random bits. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

export type SessionStart = {
  token?: string;
  identityId?: string;
  /** When the person proved who they are; absent: now. */
  authenticatedAt?: Date;
  userAgent?: string | null;
};

/** Whose entry was closed between being recognised and the session. */
export class ClosedEntryError extends DomainError {
  constructor() {
    super("FORBIDDEN", "This person's entry was closed.");
  }
}

/**
 * Starts a session and returns the token for the cookie. Only its hash is kept. The database's clock counts; the cookie
 * outlives the idle limit, since a session in use is renewed here and not in the browser. Throws ClosedEntryError.
 */
export async function startSession(
  db: Db,
  personId: string,
  { token = newToken(), identityId, authenticatedAt, userAgent }: SessionStart = {},
): Promise<{ token: string; expires: Date }> {
  // One statement, and the row is locked: whoever closes the entry comes before it or ends the session after it.
  const { rows } = await db.execute(sql`
    insert into sessions (session_token, user_id, expires, user_agent, identity_id, authenticated_at)
    select ${hashToken(token)}, p.id,
      clearway_now() + make_interval(secs => ${Math.min(env.sessionIdleSeconds, env.sessionSeconds)}),
      ${userAgent?.slice(0, 300) ?? null}, ${identityId ?? null}::uuid,
      least(${authenticatedAt?.toISOString() ?? null}::timestamptz, clearway_now())
    from people p where p.id = ${personId} and p.is_active for share
    returning id`);
  if (rows.length === 0) throw new ClosedEntryError();
  return { token, expires: new Date(Date.now() + env.sessionSeconds * 1000) };
}

export async function endSession(db: Db, token: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.sessionToken, hashToken(token)));
}

/**
 * Who a session's token stands for, with the grants in force now: a revoked session, person or grant
 * counts from the next request on. Anything that is not a live session of an active person is anonymous.
 * `renews: false` for looking again during one request: an open tab does not keep a session alive.
 */
export async function readActor(
  db: Db,
  token: string | undefined,
  { renews = true }: { renews?: boolean } = {},
): Promise<Actor> {
  if (!token || token.length > 200) return ANONYMOUS;
  const sessionToken = hashToken(token);
  const rows = await db
    .select({
      personId: people.id,
      name: people.name,
      email: people.email,
      isOld: sql<boolean>`${sessions.lastSeenAt} < clearway_now() - make_interval(secs => ${RENEW_AFTER_SECONDS})`,
      sessionId: sessions.id,
      authenticatedAt: sessions.authenticatedAt,
      role: grants.role,
      scopeKind: grants.scopeKind,
      scopeId: grants.scopeId,
    })
    .from(sessions)
    .innerJoin(people, and(eq(people.id, sessions.userId), eq(people.isActive, true)))
    .leftJoin(grants, and(eq(grants.personId, people.id), isNull(grants.revokedAt)))
    .where(and(eq(sessions.sessionToken, sessionToken), gt(sessions.expires, sql`clearway_now()`)));
  const [first] = rows;
  if (!first) return ANONYMOUS;
  if (renews && first.isOld) await renew(db, sessionToken);
  return {
    kind: "person",
    personId: first.personId,
    name: first.name,
    email: first.email,
    sessionId: first.sessionId,
    authenticatedAt: first.authenticatedAt,
    grants: rows.flatMap((row) =>
      row.role && row.scopeKind ? [{ role: row.role, scope: { kind: row.scopeKind, id: row.scopeId } }] : [],
    ),
  };
}

/** Until the idle limit from now, and never beyond the absolute one. */
async function renew(db: Db, sessionToken: string): Promise<void> {
  await db
    .update(sessions)
    .set({
      expires: sql`least(
        clearway_now() + make_interval(secs => ${env.sessionIdleSeconds}),
        ${sessions.createdAt} + make_interval(secs => ${env.sessionSeconds}))`,
      lastSeenAt: sql`clearway_now()`,
    })
    .where(eq(sessions.sessionToken, sessionToken));
}
