import { desc, eq, sql } from "drizzle-orm";
import { accessTokens } from "@/db/schema";
import type { Context } from "../context";

/** One's own tokens, newest first, never with their hash. */
export async function listAccessTokens(ctx: Context) {
  if (ctx.actor.kind !== "person") return [];
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
    .where(eq(accessTokens.personId, ctx.actor.personId))
    .orderBy(desc(accessTokens.createdAt), desc(accessTokens.id))
    .limit(200);
}
