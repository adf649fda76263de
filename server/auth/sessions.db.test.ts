import { eq, inArray, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { grants, people, sessions } from "@/db/schema";
import { audited, givenGrant, givenPerson } from "@/db/testing/given";
import { createTestContext, type TestContext } from "@/db/testing/test-context";
import { type SystemActor, systemActor } from "@/domain/people/actor";
import { ClosedEntryError, endSession, hashToken, readActor, startSession } from "./sessions";
import { removeOldSessions } from "./sweep-sessions";

let base: TestContext<SystemActor>;
beforeAll(async () => {
  base = await createTestContext(systemActor("test"));
});
afterAll(() => base.stop());

test("a session stands for its person with the grants in force now", async () => {
  const person = await givenPerson(base.db);
  const grant = await givenGrant(base.db, person.id, "qa");
  const { token } = await startSession(base.db, person.id);
  expect(await readActor(base.db, token)).toMatchObject({
    kind: "person",
    personId: person.id,
    grants: [{ role: "qa" }],
  });
  await audited(base.db, (tx) =>
    tx.update(grants).set({ revokedAt: sql`now()` }).where(eq(grants.id, grant.id)),
  );
  expect(await readActor(base.db, token)).toMatchObject({ kind: "person", grants: [] });
});

test("closing an entry wins over a session that begins at the same moment", async () => {
  const person = await givenPerson(base.db);
  const isWaiting = async () => {
    const { rows } = await base.db.execute(
      sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
        and query like '%insert into sessions%'`,
    );
    return rows.length > 0;
  };
  let started: Promise<unknown> = Promise.resolve();
  await audited(base.db, async (tx) => {
    await tx.update(people).set({ isActive: false }).where(eq(people.id, person.id));
    started = startSession(base.db, person.id).catch((error: unknown) => error);
    await expect.poll(isWaiting).toBe(true);
  });
  expect(await started).toBeInstanceOf(ClosedEntryError);
  expect(await base.db.$count(sessions, eq(sessions.userId, person.id))).toBe(0);
});

test("the token itself is nowhere in the database", async () => {
  const person = await givenPerson(base.db);
  const { token } = await startSession(base.db, person.id);
  const rows = await base.db.select().from(sessions).where(eq(sessions.userId, person.id));
  expect(JSON.stringify(rows)).not.toContain(token);
  expect(rows[0]?.sessionToken).toBe(hashToken(token));
});

test("an ended session is anonymous at the next request", async () => {
  const person = await givenPerson(base.db);
  const { token } = await startSession(base.db, person.id);
  await endSession(base.db, token);
  expect(await readActor(base.db, token)).toEqual({ kind: "anonymous" });
});

test.each<[string, (personId: string, token: string) => Promise<unknown>]>([
  [
    "an expired session",
    (_, token) =>
      base.db
        .update(sessions)
        .set({ expires: new Date(0) })
        .where(eq(sessions.sessionToken, hashToken(token))),
  ],
  [
    "a person who has left",
    (personId) =>
      audited(base.db, (tx) => tx.update(people).set({ isActive: false }).where(eq(people.id, personId))),
  ],
])("%s is anonymous", async (_, end) => {
  const person = await givenPerson(base.db);
  const { token } = await startSession(base.db, person.id);
  await end(person.id, token);
  expect(await readActor(base.db, token)).toEqual({ kind: "anonymous" });
});

test.each([undefined, "", "x".repeat(5000), "%E0%A4%A", "' or 1=1 --"])("%s is anonymous", async (token) => {
  expect(await readActor(base.db, token)).toEqual({ kind: "anonymous" });
});

describe("how long a session lasts", () => {
  const ago = (hours: number) => sql`now() - make_interval(hours => ${hours})`;
  const sessionOf = async (token: string) => {
    const [row] = await base.db
      .select({
        secondsLeft: sql<number>`extract(epoch from expires - now())::int`,
        lastSeenAt: sessions.lastSeenAt,
      })
      .from(sessions)
      .where(eq(sessions.sessionToken, hashToken(token)));
    if (!row) throw new Error("there is no such session");
    return row;
  };
  const changed = async (token: string, values: Record<string, unknown>) => {
    await base.db
      .update(sessions)
      .set(values)
      .where(eq(sessions.sessionToken, hashToken(token)));
  };

  test("a request makes it last for the idle limit again", async () => {
    const { token } = await startSession(base.db, (await givenPerson(base.db)).id);
    await changed(token, { lastSeenAt: ago(1), expires: sql`now() + interval '10 seconds'` });
    await readActor(base.db, token);
    expect((await sessionOf(token)).secondsLeft).toBeGreaterThan(8 * 3600 - 60);
  });

  test("an open tab alone does not", async () => {
    const { token } = await startSession(base.db, (await givenPerson(base.db)).id);
    await changed(token, { lastSeenAt: ago(1), expires: sql`now() + interval '10 seconds'` });
    await readActor(base.db, token, { renews: false });
    expect((await sessionOf(token)).secondsLeft).toBeLessThanOrEqual(10);
  });

  test("however much it is used, it ends after a day", async () => {
    const { token } = await startSession(base.db, (await givenPerson(base.db)).id);
    await changed(token, { lastSeenAt: ago(1), createdAt: ago(23) });
    await readActor(base.db, token);
    expect((await sessionOf(token)).secondsLeft).toBeLessThanOrEqual(3600);
    await changed(token, { lastSeenAt: ago(1), createdAt: ago(25) });
    await readActor(base.db, token);
    expect(await readActor(base.db, token)).toEqual({ kind: "anonymous" });
  });
});

test("a session knows when the person proved who they are, never in the future, and with what", async () => {
  const person = await givenPerson(base.db);
  const early = new Date("2026-01-01T00:00:00Z");
  const { token } = await startSession(base.db, person.id, {
    authenticatedAt: early,
    userAgent: "x".repeat(1000),
  });
  expect(await readActor(base.db, token)).toMatchObject({ authenticatedAt: early });
  const [row] = await base.db.select().from(sessions).where(eq(sessions.userId, person.id));
  expect(row?.userAgent).toHaveLength(300);
  const ahead = await startSession(base.db, person.id, { authenticatedAt: new Date("2999-01-01T00:00:00Z") });
  const { rows } = await base.db.execute<{ isFuture: boolean }>(
    sql`select authenticated_at > now() as "isFuture" from sessions where session_token = ${hashToken(ahead.token)}`,
  );
  expect(rows).toEqual([{ isFuture: false }]);
});

test("sessions that ended long ago are removed in batches; each person's newest says when they last signed in", async () => {
  const [often, once] = [await givenPerson(base.db), await givenPerson(base.db)];
  const endedFor = async (personId: string, days: number) => {
    const { token } = await startSession(base.db, personId);
    await base.db.execute(sql`update sessions set expires = now() - make_interval(days => ${days}),
      authenticated_at = now() - make_interval(days => ${days + 1}) where session_token = ${hashToken(token)}`);
    return hashToken(token);
  };
  await endedFor(often.id, 90);
  await endedFor(often.id, 60);
  await endedFor(often.id, 31);
  const kept = [await endedFor(often.id, 29), await endedFor(once.id, 300)];
  expect(await removeOldSessions(base.db, 2)).toBe(2);
  expect(await removeOldSessions(base.db, 2)).toBe(1);
  expect(await removeOldSessions(base.db, 2)).toBe(0);
  const left = await base.db
    .select({ token: sessions.sessionToken })
    .from(sessions)
    .where(inArray(sessions.userId, [often.id, once.id]));
  expect(left.map(({ token }) => token).sort()).toEqual(kept.sort());
});
