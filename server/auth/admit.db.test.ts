import { and, eq, isNull, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditEvents, grants, groupRoles, identities, installations, people } from "@/db/schema";
import { audited, givenInstallation, givenPerson } from "@/db/testing/given";
import { createTestContext, type TestContext } from "@/db/testing/test-context";
import { type SystemActor, systemActor } from "@/domain/people/actor";
import type { Role } from "@/domain/people/roles";
import type { Context } from "../context";
import { admit } from "./admit";
import type { ProviderClaims } from "./claims";

const ISSUER = "https://id.example";
const ADMINISTRATOR = { issuer: ISSUER, subject: "first" };

let base: TestContext<SystemActor>;
let ctx: Context;
let counter = 0;

beforeAll(async () => {
  base = await createTestContext(systemActor("sign-in"));
  ctx = base as unknown as Context;
});
afterAll(() => base.stop());

function claims(over: Partial<ProviderClaims> = {}): ProviderClaims {
  counter += 1;
  return {
    issuer: ISSUER,
    subject: `s-${counter}`,
    name: `Somebody ${counter}`,
    isNamed: true,
    email: `somebody${counter}@id.example`,
    isEmailVerified: true,
    groups: [],
    issuedAt: new Date(),
    authenticatedAt: null,
    ...over,
  };
}

const enter = (given: ProviderClaims) => admit(ctx, given, ADMINISTRATOR);

async function personOf({ subject }: ProviderClaims) {
  const [row] = await base.db
    .select({ person: people, identity: identities })
    .from(identities)
    .innerJoin(people, eq(people.id, identities.personId))
    .where(eq(identities.subject, subject));
  if (!row) throw new Error(`nobody is ${subject}`);
  return row;
}

const rolesOf = async (personId: string): Promise<Role[]> =>
  (
    await base.db
      .select({ role: grants.role })
      .from(grants)
      .where(and(eq(grants.personId, personId), isNull(grants.revokedAt)))
      .orderBy(grants.role)
  ).map(({ role }) => role);

const actionsSince = async (seq: number) =>
  (
    await base.db
      .select({ action: auditEvents.action })
      .from(auditEvents)
      .where(sql`${auditEvents.sequence} > ${seq}`)
      .orderBy(auditEvents.sequence)
  ).map(({ action }) => action);

async function lastSeq(): Promise<number> {
  const { rows } = await base.db.execute<{ seq: number }>(
    sql`select coalesce(max(sequence), 0)::int as seq from audit_events`,
  );
  return rows[0]?.seq ?? 0;
}

describe("before set-up", () => {
  test("nobody is admitted, and nothing is written", async () => {
    const before = await lastSeq();
    expect(await enter(claims())).toEqual({ kind: "refused", problem: "notSetUp" });
    expect(await admit(ctx, claims({ subject: "first" }), undefined)).toMatchObject({ problem: "notSetUp" });
    const elsewhere = claims({ subject: "first", issuer: "https://other.example" });
    expect(await enter(elsewhere)).toMatchObject({ problem: "notSetUp" });
    expect(await base.db.$count(people)).toBe(0);
    expect(await actionsSince(before)).toEqual([]);
  });

  test("whom the configuration names administers, once", async () => {
    const first = claims({ subject: "first" });
    expect(await enter(first)).toMatchObject({ kind: "admitted" });
    await enter(first);
    const { person } = await personOf(first);
    expect(await rolesOf(person.id)).toEqual(["platform_admin"]);
  });
});

describe("once it is set up", () => {
  beforeAll(async () => {
    await givenInstallation(base.db);
    await audited(base.db, (tx) =>
      tx.insert(groupRoles).values([
        { groupName: "developers", role: "developer", scopeKind: "organisation" },
        { groupName: "qa", role: "qa", scopeKind: "organisation" },
      ]),
    );
    await audited(base.db, (tx) => tx.update(installations).set({ setUpAt: sql`now()` }));
  });

  test("a newcomer is a new person with the roles of their groups, each with an audit row", async () => {
    const before = await lastSeq();
    const given = claims({ groups: ["developers", "qa", "canteen"] });
    const admission = await enter(given);
    const { person, identity } = await personOf(given);
    expect(admission).toEqual({ kind: "admitted", personId: person.id, identityId: identity.id });
    expect(person).toMatchObject({ name: given.name, email: given.email, isActive: true });
    expect(identity.groups).toEqual(["developers", "qa", "canteen"]);
    expect(await rolesOf(person.id)).toEqual(["developer", "qa"]);
    expect(await actionsSince(before)).toEqual([
      "person.added",
      "identity.added",
      "grant.given",
      "grant.given",
      "person.signed_in",
    ]);
  });

  test("an unknown group gives no role", async () => {
    const given = claims({ groups: ["canteen"] });
    await enter(given);
    expect(await rolesOf((await personOf(given)).person.id)).toEqual([]);
  });

  test("the next sign-in follows the groups, and says so", async () => {
    const given = claims({ groups: ["developers"] });
    await enter(given);
    const before = await lastSeq();
    await enter({ ...given, groups: ["qa"] });
    const { person } = await personOf(given);
    expect(await rolesOf(person.id)).toEqual(["qa"]);
    expect(await actionsSince(before)).toEqual(["grant.revoked", "grant.given", "person.signed_in"]);
  });

  test("the same subject of another issuer is somebody else", async () => {
    const given = claims();
    await enter(given);
    const other = { ...given, issuer: "https://other.example", email: null };
    await enter(other);
    expect(await base.db.$count(identities, eq(identities.subject, given.subject))).toBe(2);
  });

  test("two tabs of a newcomer make one person", async () => {
    const given = claims({ groups: ["developers"] });
    const both = await Promise.all([enter(given), enter(given)]);
    expect(both[0]).toEqual(both[1]);
    expect(await rolesOf((await personOf(given)).person.id)).toEqual(["developer"]);
  });

  test("whom an administrator entered is met by their confirmed address, once", async () => {
    const invited = await givenPerson(base.db, { email: "Invited@id.example" });
    const given = claims({ email: "invited@id.example" });
    expect(await enter(given)).toMatchObject({ kind: "admitted", personId: invited.id });
    expect(await enter(claims({ email: "invited@id.example" }))).toEqual({
      kind: "refused",
      problem: "addressTaken",
    });
  });

  test.each<[string, Partial<ProviderClaims>]>([
    ["an address that is not confirmed", { isEmailVerified: false }],
  ])("%s meets nobody", async (_, over) => {
    const invited = await givenPerson(base.db);
    const given = claims({ email: invited.email, groups: ["qa"], ...over });
    expect(await enter(given)).toEqual({ kind: "refused", problem: "addressTaken" });
    const { person } = await personOf(given);
    expect(person.id).not.toBe(invited.id);
    expect(person.isActive).toBe(false);
    expect(await rolesOf(person.id)).toEqual([]);
    // It stays so until an administrator links the two.
    expect(await enter(given)).toMatchObject({ problem: "addressTaken" });
  });

  test("once the two are linked, the second identity is the first person", async () => {
    const first = claims();
    await enter(first);
    const second = claims({ email: first.email, groups: ["qa"] });
    await enter(second);
    const kept = (await personOf(first)).person;
    const folded = (await personOf(second)).person;
    await audited(base.db, async (tx) => {
      await tx.update(people).set({ sameAsId: kept.id }).where(eq(people.id, folded.id));
      await tx.update(identities).set({ personId: kept.id }).where(eq(identities.personId, folded.id));
    });
    expect(await enter(second)).toMatchObject({ kind: "admitted", personId: kept.id });
    expect(await rolesOf(kept.id)).toEqual(["qa"]);
    expect((await personOf(second)).person.name).toBe(first.name);
    // The groups of both identities count, whichever signs in.
    await enter({ ...first, groups: ["developers"] });
    expect(await rolesOf(kept.id)).toEqual(["developer", "qa"]);
  });

  test("whose entry was closed is refused, and keeps their roles closed", async () => {
    const given = claims({ groups: ["qa"] });
    await enter(given);
    const { person } = await personOf(given);
    await audited(base.db, (tx) =>
      tx.update(people).set({ isActive: false }).where(eq(people.id, person.id)),
    );
    expect(await enter(given)).toEqual({ kind: "refused", problem: "inactive" });
  });

  test("the first administrator's name in the configuration gives nothing any more", async () => {
    const late = { issuer: ISSUER, subject: "late" };
    const given = claims({ subject: "late" });
    await admit(ctx, given, late);
    expect(await rolesOf((await personOf(given)).person.id)).toEqual([]);
  });

  test("an address that the provider calls unconfirmed stays free for whoever it belongs to", async () => {
    const email = "wanted@id.example";
    const stranger = claims({ email, isEmailVerified: false });
    expect(await enter(stranger)).toMatchObject({ kind: "admitted" });
    expect((await personOf(stranger)).person.email).toMatch(/@unknown\.invalid$/);
    const owner = claims({ email });
    expect(await enter(owner)).toMatchObject({ kind: "admitted" });
    expect((await personOf(owner)).person).toMatchObject({ email, isActive: true });
  });

  test("an address of which the provider does not say whether it is confirmed is the newcomer's", async () => {
    const given = claims({ isEmailVerified: null });
    await enter(given);
    expect((await personOf(given)).person.email).toBe(given.email);
  });

  test("without an address somebody is themselves all the same", async () => {
    const given = claims({ email: null });
    expect(await enter(given)).toMatchObject({ kind: "admitted" });
    expect((await personOf(given)).person.email).toMatch(/@unknown\.invalid$/);
  });

  test("a name and a confirmed address that changed at the provider are taken over, with an audit row", async () => {
    const given = claims();
    await enter(given);
    const before = await lastSeq();
    const moved = { ...given, name: "Married Name", email: "moved@new.example" };
    expect(await enter(moved)).toMatchObject({ kind: "admitted" });
    expect((await personOf(given)).person).toMatchObject({ name: "Married Name", email: moved.email });
    expect(await actionsSince(before)).toEqual(["person.edited", "person.signed_in"]);
    await enter(moved);
    expect(await actionsSince(before)).toEqual(["person.edited", "person.signed_in", "person.signed_in"]);
  });

  test.each<[string, Partial<ProviderClaims>]>([
    ["calls unconfirmed", { isEmailVerified: false }],
    ["says nothing about", { isEmailVerified: null }],
  ])("an address that the provider %s is not taken over", async (_, over) => {
    const given = claims();
    await enter(given);
    await enter({ ...given, email: `elsewhere-${given.email}`, ...over });
    expect((await personOf(given)).person.email).toBe(given.email);
  });

  test("nor is one that another person has, or had before", async () => {
    const first = claims();
    await enter(first);
    await enter({ ...first, email: `newer-${first.email}` });
    const second = claims();
    await enter(second);
    for (const email of [first.email, `newer-${first.email}`]) {
      expect(await enter({ ...second, email })).toMatchObject({ kind: "admitted" });
      expect((await personOf(second)).person.email).toBe(second.email);
    }
    expect(await enter(claims({ email: first.email }))).toEqual({
      kind: "refused",
      problem: "addressTaken",
    });
  });

  test("an address comes back to whoever had it before", async () => {
    const given = claims();
    await enter(given);
    await enter({ ...given, email: `newer-${given.email}` });
    await enter(given);
    expect((await personOf(given)).person.email).toBe(given.email);
  });

  test("where the provider names nobody, the name stays", async () => {
    const given = claims();
    await enter(given);
    await enter({ ...given, name: given.subject, isNamed: false });
    expect((await personOf(given)).person.name).toBe(given.name);
  });

  test("nothing is taken over for whom the entry is closed", async () => {
    const given = claims();
    await enter(given);
    const { person } = await personOf(given);
    await audited(base.db, (tx) =>
      tx.update(people).set({ isActive: false }).where(eq(people.id, person.id)),
    );
    await enter({ ...given, name: "Somebody Different" });
    expect((await personOf(given)).person.name).toBe(given.name);
  });
});
