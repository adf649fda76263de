import { and, eq, gt, isNull, lt, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { accessTokens, grants, people } from "@/db/schema";
import type { PersonActor } from "@/domain/people/actor";
import { hashToken } from "../auth/sessions";

const TOKEN = /^cw_[A-Za-z0-9_-]{43}$/;

/**
 * Who an access token stands for, with the grants in force now. Null for anything that is not a token in force
 * of an active person. Its last use is written down once a minute at most.
 */
export async function readTokenActor(db: Db, token: string): Promise<PersonActor | null> {
  if (!TOKEN.test(token)) return null;
  const rows = await db
    .select({
      tokenId: accessTokens.id,
      personId: people.id,
      name: people.name,
      email: people.email,
      isUseDue: sql<boolean>`${accessTokens.lastUsedAt} is null or ${accessTokens.lastUsedAt} < clearway_now() - interval '1 minute'`,
      role: grants.role,
      scopeKind: grants.scopeKind,
      scopeId: grants.scopeId,
    })
    .from(accessTokens)
    .innerJoin(people, and(eq(people.id, accessTokens.personId), eq(people.isActive, true)))
    .leftJoin(grants, and(eq(grants.personId, people.id), isNull(grants.revokedAt)))
    .where(
      and(
        eq(accessTokens.tokenSha256, hashToken(token)),
        isNull(accessTokens.revokedAt),
        gt(accessTokens.expiresAt, sql`clearway_now()`),
      ),
    );
  const [first] = rows;
  if (!first) return null;
  if (first.isUseDue) await noteUse(db, first.tokenId);
  return {
    kind: "person",
    personId: first.personId,
    name: first.name,
    email: first.email,
    grants: rows.flatMap((row) =>
      row.role && row.scopeKind ? [{ role: row.role, scope: { kind: row.scopeKind, id: row.scopeId } }] : [],
    ),
  };
}

/** The condition is asked again: of several requests at once, one writes. */
async function noteUse(db: Db, tokenId: string): Promise<void> {
  await db
    .update(accessTokens)
    .set({ lastUsedAt: sql`clearway_now()` })
    .where(
      and(
        eq(accessTokens.id, tokenId),
        or(
          isNull(accessTokens.lastUsedAt),
          lt(accessTokens.lastUsedAt, sql`clearway_now() - interval '1 minute'`),
        ),
      ),
    );
}
