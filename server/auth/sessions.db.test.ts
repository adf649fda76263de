import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { grants, people, sessions } from "@/db/schema";
import { audited, givenGrant, givenPerson } from "@/db/testing/given";
import { createTestContext, type TestContext } from "@/db/testing/test-context";
import { type SystemActor, systemActor } from "@/domain/people/actor";
import { endSession, hashToken, readActor, startSession } from "./sessions";

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
