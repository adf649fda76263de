import { randomBytes } from "node:crypto";
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { accessTokens } from "@/db/schema";
import type { CreateAccessToken, RevokeAccessToken } from "@/domain/access-tokens/input";
import { conflict, forbidden, notFound } from "@/domain/errors";
import type { PersonActor } from "@/domain/people/actor";
import { change } from "../audit/change";
import { hashToken } from "../auth/sessions";
import type { Context } from "../context";

const MAX_TOKENS = 20;
const PREFIX_LENGTH = 10;
const DAY_MS = 86_400_000;

/** The token itself is in this answer and nowhere else: 256 random bits, of which only the hash is kept. */
export async function createAccessToken(ctx: Context, input: CreateAccessToken) {
  const person = owner(ctx);
  const token = `cw_${randomBytes(32).toString("base64url")}`;
  return change(ctx, async (c) => {
    const inForce = await c.db.$count(
      accessTokens,
      and(
        eq(accessTokens.personId, person.personId),
        isNull(accessTokens.revokedAt),
        gt(accessTokens.expiresAt, c.now),
      ),
    );
    if (inForce >= MAX_TOKENS) {
      throw conflict(`You have ${inForce} tokens in force. Revoke one that you no longer use first.`);
    }
    const [row] = await c.db
      .insert(accessTokens)
      .values({
        personId: person.personId,
        name: input.name,
        prefix: token.slice(0, PREFIX_LENGTH),
        tokenSha256: hashToken(token),
        createdAt: c.now,
        expiresAt: new Date(c.now.getTime() + input.days * DAY_MS),
      })
      .returning({ id: accessTokens.id, prefix: accessTokens.prefix, expiresAt: accessTokens.expiresAt });
    if (!row) throw new Error("insert returned no row");
    c.audit({
      action: "access_token.created",
      subject: { type: "access_token", id: row.id, label: input.name },
      after: { prefix: row.prefix, expiresAt: row.expiresAt.toISOString() },
    });
    c.announce({ topic: "accessTokens", id: person.personId, productId: null });
    return { ...row, token };
  });
}

/** Counts from the next request on. */
export async function revokeAccessToken(ctx: Context, input: RevokeAccessToken) {
  const person = owner(ctx);
  return change(ctx, async (c) => {
    const mine = and(
      eq(accessTokens.id, input.accessTokenId),
      eq(accessTokens.personId, person.personId),
      isNull(accessTokens.revokedAt),
    );
    const [row] = await c.db
      .update(accessTokens)
      .set({ revokedAt: sql`${c.now.toISOString()}::timestamptz` })
      .where(mine)
      .returning({ id: accessTokens.id, name: accessTokens.name, prefix: accessTokens.prefix });
    if (!row) throw notFound("token in force");
    c.audit({
      action: "access_token.revoked",
      subject: { type: "access_token", id: row.id, label: row.name },
      before: { prefix: row.prefix },
    });
    c.announce({ topic: "accessTokens", id: person.personId, productId: null });
    return { id: row.id };
  });
}

function owner(ctx: Context): PersonActor {
  if (ctx.actor.kind !== "person") throw forbidden("Only a person has access tokens.");
  return ctx.actor;
}
