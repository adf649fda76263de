import { and, eq, isNull, sql } from "drizzle-orm";
import { accessTokens, people, sessions } from "@/db/schema";
import { conflict, DomainError, forbidden, invalid, notFound } from "@/domain/errors";
import type { EndSessions, InvitePerson, RevokePersonToken, SetPersonActive } from "@/domain/people/input";
import { type Change, change } from "../audit/change";
import type { Context } from "../context";
import { demandFree } from "./edit";
import { reconsiderAuthors, reconsiderVotes } from "./reconsider";
import {
  announcePeople,
  demandAnotherAdministrator,
  demandManage,
  lockPerson,
  managesPeople,
  personSubject,
} from "./rows";

/** Somebody who may sign in from now on. Who they are at the provider is known when they first do. */
export async function invitePerson(ctx: Context, input: InvitePerson) {
  demandManage(ctx);
  return change(ctx, async (c) => {
    await demandFree(c, input.email);
    const [row] = await c.db
      .insert(people)
      .values({ name: input.name, email: input.email, title: input.title || null, createdAt: c.now })
      .onConflictDoNothing()
      .returning({ id: people.id, name: people.name });
    if (!row) throw conflict("Somebody has this address already.");
    c.audit({
      action: "person.added",
      subject: personSubject(row),
      after: { email: input.email, title: input.title ?? null },
    });
    await reconsiderAuthors(c, input.email);
    announcePeople(c, row.id);
    return { id: row.id };
  });
}

/** Not active: every session and token ends, votes that wait for others count no longer. Roles stay, for a return. */
export async function setPersonActive(ctx: Context, input: SetPersonActive) {
  const actor = demandManage(ctx);
  return change(ctx, async (c) => {
    const person = await lockPerson(c.db, input.personId);
    if (person.sameAsId) throw invalid("This person is linked to another and stays inactive.");
    if (person.isActive === input.isActive) {
      throw conflict(`${person.name} is ${input.isActive ? "active" : "not active"} already.`);
    }
    if (person.id === actor.personId) {
      throw new DomainError("FORBIDDEN", "Nobody deactivates themselves. Another administrator can.");
    }
    if (!input.isActive) {
      await demandAnotherAdministrator(c, person.id);
      await endAll(c, person.id);
    }
    await c.db.update(people).set({ isActive: input.isActive }).where(eq(people.id, person.id));
    c.audit({
      action: input.isActive ? "person.activated" : "person.deactivated",
      subject: personSubject(person),
      before: { isActive: person.isActive },
      after: { isActive: input.isActive },
      reason: input.reason,
    });
    await reconsiderVotes(c, [person.id]);
    announcePeople(c, person.id);
    return { personId: person.id, isActive: input.isActive };
  });
}

/** Sessions and tokens of a person, all at once. */
export async function endAll(c: Change, personId: string): Promise<void> {
  await c.db.delete(sessions).where(eq(sessions.userId, personId));
  await c.db
    .update(accessTokens)
    .set({ revokedAt: c.now })
    .where(and(eq(accessTokens.personId, personId), isNull(accessTokens.revokedAt)));
  c.announce({ topic: "accessTokens", id: personId, productId: null });
}

/** Ends one session, or all but the one that asks; one's own, or anybody's for whoever manages people. */
export async function endSessions(ctx: Context, input: EndSessions): Promise<{ ended: number }> {
  const person = demandOwnOrManage(ctx, input.personId, "person");
  return change(ctx, async (c) => {
    const subject = await lockPerson(c.db, input.personId);
    const gone = await c.db
      .delete(sessions)
      .where(
        and(
          eq(sessions.userId, input.personId),
          input.sessionId
            ? eq(sessions.id, input.sessionId)
            : sql`${sessions.id} is distinct from ${person.sessionId ?? null}::uuid`,
        ),
      )
      .returning({ id: sessions.id });
    if (input.sessionId && gone.length === 0) throw notFound("session");
    if (gone.length > 0) {
      c.audit({
        action: "sessions.ended",
        subject: personSubject(subject),
        before: { sessions: gone.map(({ id }) => id) },
      });
      announcePeople(c, input.personId);
    }
    return { ended: gone.length };
  });
}

/** Counts from the next request on. */
export async function revokePersonToken(ctx: Context, input: RevokePersonToken) {
  return change(ctx, async (c) => {
    const [token] = await c.db
      .select({ id: accessTokens.id, personId: accessTokens.personId, name: accessTokens.name })
      .from(accessTokens)
      .where(and(eq(accessTokens.id, input.accessTokenId), isNull(accessTokens.revokedAt)))
      .for("update");
    if (!token) throw notFound("token in force");
    demandOwnOrManage(ctx, token.personId, "token in force");
    await c.db.update(accessTokens).set({ revokedAt: c.now }).where(eq(accessTokens.id, token.id));
    c.audit({
      action: "access_token.revoked",
      subject: { type: "access_token", id: token.id, label: token.name },
      before: { personId: token.personId },
    });
    c.announce({ topic: "accessTokens", id: token.personId, productId: null });
    announcePeople(c, token.personId);
    return { id: token.id };
  });
}

function demandOwnOrManage(ctx: Context, personId: string, noun: string) {
  if (ctx.actor.kind !== "person") throw forbidden("A person does this.");
  if (ctx.actor.personId !== personId && !managesPeople(ctx)) throw notFound(noun);
  return ctx.actor;
}
