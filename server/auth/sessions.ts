import { createHash, randomBytes } from "node:crypto";
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { grants, people, sessions } from "@/db/schema";
import { type Actor, ANONYMOUS } from "@/domain/people/actor";

/** A session ends after so long without a request. */
export const SESSION_IDLE_SECONDS = 8 * 3600;
const RENEW_AFTER_SECONDS = 300;

export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Starts a session and returns the token for the cookie: 256 random bits. Only its hash is kept. */
export async function startSession(db: Db, personId: string): Promise<{ token: string; expires: Date }> {
  const token = randomBytes(32).toString("base64url");
  const expires = new Date(Date.now() + SESSION_IDLE_SECONDS * 1000);
  await db.insert(sessions).values({ sessionToken: hashToken(token), userId: personId, expires });
  return { token, expires };
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
      expires: sessions.expires,
      sessionId: sessions.id,
      authenticatedAt: sessions.authenticatedAt,
      role: grants.role,
      scopeKind: grants.scopeKind,
      scopeId: grants.scopeId,
    })
    .from(sessions)
    .innerJoin(people, and(eq(people.id, sessions.userId), eq(people.isActive, true)))
    .leftJoin(grants, and(eq(grants.personId, people.id), isNull(grants.revokedAt)))
    .where(and(eq(sessions.sessionToken, sessionToken), gt(sessions.expires, sql`now()`)));
  const [first] = rows;
  if (!first) return ANONYMOUS;
  if (renews) await renew(db, sessionToken, first.expires);
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

async function renew(db: Db, sessionToken: string, expires: Date): Promise<void> {
  const left = (expires.getTime() - Date.now()) / 1000;
  if (left > SESSION_IDLE_SECONDS - RENEW_AFTER_SECONDS) return;
  await db
    .update(sessions)
    .set({ expires: new Date(Date.now() + SESSION_IDLE_SECONDS * 1000), lastSeenAt: sql`clearway_now()` })
    .where(eq(sessions.sessionToken, sessionToken));
}
