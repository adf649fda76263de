import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  accessRequests,
  accessTokens,
  auditEvents,
  grants,
  identities,
  installations,
  people,
  sessions,
  votes,
} from "@/db/schema";
import { audited, givenEnvironment, givenGrant, givenPerson, givenProduct } from "@/db/testing/given";
import type { RefusalCode } from "@/domain/errors";
import type { PersonActor } from "@/domain/people/actor";
import type { Role } from "@/domain/people/roles";
import { readTokenActor } from "../access-tokens/authenticate";
import { createAccessToken } from "../access-tokens/commands";
import { readActor, startSession } from "../auth/sessions";
import { retireEnvironment } from "../environments/commands";
import { getPromotion } from "../promotions/card";
import { createWorld, type World } from "../promotions/testing/engine-world";
import { addGroupRole, decideAccessRequest, grantRole, revokeGrant } from "./access";
import { endSessions, invitePerson, revokePersonToken, setPersonActive } from "./activity";
import { revokeGroupRole } from "./group-roles";
import { listGroups, previewGroupRole } from "./groups";
import { linkPeople, previewLink } from "./link";
import { exportPeople, findOthers, listPeople, listScopes } from "./list";
import { getOwnAccount, getPerson } from "./person";
import { countRequests, listRequests } from "./requests";

const EVERYWHERE = { kind: "organisation" as const, id: null };
const BECAUSE = { reason: "because" };
let world: World;
let ada: PersonActor;
let ben: PersonActor;

async function person(name: string, role?: Role): Promise<PersonActor> {
  const row = await givenPerson(world.db, { name, email: `${name}@example.com` });
  if (role) await givenGrant(world.db, row.id, role);
  return {
    kind: "person",
    personId: row.id,
    name,
    email: row.email,
    grants: role ? [{ role, scope: EVERYWHERE }] : [],
  };
}

/** As at a sign-in: the groups are what the provider said last. */
function signedIn(who: PersonActor, ...groups: string[]) {
  return audited(world.db, (tx) =>
    tx.insert(identities).values({
      personId: who.personId,
      issuer: "https://idp.example",
      subject: `${who.name}-${groups.join("-")}`,
      groups,
      lastSignInAt: sql`now()`,
    }),
  );
}

beforeAll(async () => {
  world = await createWorld();
  ada = world.staff.admin;
  ben = await person("ben", "platform_admin");
  await world.begin();
  // People of tests that are given roles directly come before set-up; afterwards only commands give them.
});
afterAll(() => world.stop());

async function finishSetUp() {
  await audited(world.db, (tx) =>
    tx.update(installations).set({ setUpAt: sql`now()` }).where(isNull(installations.setUpAt)),
  );
}

const refusalOf = (act: Promise<unknown>): Promise<RefusalCode | "accepted"> =>
  act.then(
    () => "accepted",
    (error: { code: RefusalCode }) => error.code,
  );

async function rolesOf(who: PersonActor): Promise<Role[]> {
  const rows = await world.db
    .select({ role: grants.role })
    .from(grants)
    .where(and(eq(grants.personId, who.personId), isNull(grants.revokedAt)))
    .orderBy(grants.role);
  return rows.map(({ role }) => role);
}

const lastAudit = async () =>
  (await world.db.select().from(auditEvents).orderBy(desc(auditEvents.sequence)).limit(1))[0]?.action;

describe("roles", () => {
  test("a role that decides nothing is given by one, and counts at once", async () => {
    const zoe = await person("zoe");
    const { token } = await startSession(world.db, zoe.personId);
    const answer = await grantRole(world.as(ada), {
      personId: zoe.personId,
      role: "developer",
      scope: { kind: "product", id: world.product.id },
      ...BECAUSE,
    });
    expect(answer.outcome).toBe("given");
    expect(await lastAudit()).toBe("grant.given");
    expect(await readActor(world.db, token)).toMatchObject({
      grants: [{ role: "developer", scope: { kind: "product", id: world.product.id } }],
    });
  });

  test("a role that decides waits for another administrator, who gives it by agreeing", async () => {
    await finishSetUp();
    const gil = await person("gil");
    const wish = { personId: gil.personId, role: "release_approver" as const, scope: EVERYWHERE, ...BECAUSE };
    const asked = await grantRole(world.as(ada), wish);
    expect(asked.outcome).toBe("asked");
    expect(await rolesOf(gil)).toEqual([]);
    expect(await countRequests(world.as(ada))).toEqual({ count: 0, open: 1 });
    expect(await countRequests(world.as(ben))).toEqual({ count: 1, open: 1 });
    expect(await countRequests(world.as(world.staff.lead))).toEqual({ count: 0, open: 0 });
    expect(await refusalOf(grantRole(world.as(ben), wish))).toBe("CONFLICT");
    const decision = { requestId: asked.id, decision: "agreed" as const };
    expect(await refusalOf(decideAccessRequest(world.as(ada), decision))).toBe("SECOND_ADMINISTRATOR");
    expect(await refusalOf(decideAccessRequest(world.as(world.staff.lead), decision))).toBe("FORBIDDEN");
    await decideAccessRequest(world.as(ben), decision);
    expect(await rolesOf(gil)).toEqual(["release_approver"]);
    expect(await refusalOf(decideAccessRequest(world.as(ben), decision))).toBe("CONFLICT");
    const page = await getPerson(world.as(ada), { personId: gil.personId });
    expect(page.grants).toMatchObject([
      { origin: "person", requestedBy: "admin", agreedBy: "ben", reason: "because" },
    ]);
    expect(page.history.map(({ action }) => action)).toEqual([
      "grant.given",
      "access_request.agreed",
      "access_request.made",
    ]);
  });

  test("a request is refused by another, and taken back by whoever asked", async () => {
    const una = await person("una");
    const wish = { personId: una.personId, role: "qa" as const, scope: EVERYWHERE, ...BECAUSE };
    const first = await grantRole(world.as(ada), wish);
    await decideAccessRequest(world.as(ben), { requestId: first.id, decision: "refused" });
    const second = await grantRole(world.as(ada), wish);
    expect(
      await refusalOf(decideAccessRequest(world.as(ben), { requestId: second.id, decision: "withdrawn" })),
    ).toBe("FORBIDDEN");
    await decideAccessRequest(world.as(ada), { requestId: second.id, decision: "withdrawn" });
    expect(await rolesOf(una)).toEqual([]);
    const decided = await world.db
      .select({ decision: accessRequests.decision })
      .from(accessRequests)
      .where(eq(accessRequests.personId, una.personId))
      .orderBy(accessRequests.createdAt);
    expect(decided.map(({ decision }) => decision)).toEqual(["refused", "withdrawn"]);
    expect(
      (await listRequests(world.as(ben))).items.filter((row) => row.personId === una.personId),
    ).toHaveLength(2);
  });

  test("what cannot be given is refused with its reason", async () => {
    const kai = await person("kai");
    const give = (
      by: PersonActor,
      to: PersonActor,
      role: Role,
      scope: Parameters<typeof grantRole>[1]["scope"] = EVERYWHERE,
    ) => refusalOf(grantRole(world.as(by), { personId: to.personId, role, scope, ...BECAUSE }));
    expect(await give(ada, ada, "developer")).toBe("SELF_GRANT");
    expect(await give(ada, ben, "release_approver")).toBe("SEPARATION_OF_DUTIES");
    expect(await give(ada, world.staff.lead, "platform_admin")).toBe("SEPARATION_OF_DUTIES");
    expect(await give(world.staff.lead, kai, "viewer")).toBe("FORBIDDEN");
    expect(await give(ada, kai, "viewer", { kind: "product", id: kai.personId })).toBe("NOT_FOUND");
    expect(await give(ada, kai, "platform_admin", { kind: "product", id: world.product.id })).toBe("INVALID");
    expect(await give(ada, kai, "viewer")).toBe("accepted");
    expect(await give(ada, kai, "viewer")).toBe("CONFLICT");
    const options = (await getPerson(world.as(ada), { personId: ben.personId })).roleOptions;
    expect(options.find(({ role }) => role === "qa")?.refusal).toMatch(/administers/);
  });

  test("a revoked role counts no longer from the next request on, and is not revoked twice", async () => {
    const ida = await person("ida");
    const { token } = await startSession(world.db, ida.personId);
    const { id } = await grantRole(world.as(ada), {
      personId: ida.personId,
      role: "developer",
      scope: EVERYWHERE,
      ...BECAUSE,
    });
    await revokeGrant(world.as(ben), { grantId: id, ...BECAUSE });
    expect(await readActor(world.db, token)).toMatchObject({ grants: [] });
    expect(await refusalOf(revokeGrant(world.as(ben), { grantId: id, ...BECAUSE }))).toBe("CONFLICT");
    expect(await refusalOf(revokeGrant(world.as(world.staff.lead), { grantId: id, ...BECAUSE }))).toBe(
      "FORBIDDEN",
    );
  });
});

describe("what was approved waits again", () => {
  /** Approved by the peer, ready, and not started: its jobs wait. */
  async function approved(slug: string, by: PersonActor) {
    const branch = `feature/2026.21/PAY-1-${slug}`;
    await world.commit(branch, { [slug]: "1" }, by, "sprint/2026.21");
    const opened = await world.open(world.staff.author, branch, "sprint/2026.21");
    await world.settle();
    await world.approve(world.staff.peer, opened.promotion.number);
    expect((await world.find(opened.promotion.number)).state).toBe("ready");
    return opened.promotion.number;
  }

  test("when the voter's role is revoked before it starts", async () => {
    const number = await approved("revoked", world.staff.author);
    const [held] = await world.db.select().from(grants).where(eq(grants.personId, world.staff.peer.personId));
    await revokeGrant(world.as(ada), { grantId: held?.id ?? "", ...BECAUSE });
    await world.settle();
    expect((await world.find(number)).state).toBe("awaiting_approval");
    await grantRole(world.as(ada), {
      personId: world.staff.peer.personId,
      role: "developer",
      scope: EVERYWHERE,
      ...BECAUSE,
    });
    await world.settle();
    expect((await world.find(number)).state).toBe("succeeded");
  });

  test("when the voter is deactivated", async () => {
    const number = await approved("left", world.staff.author);
    const who = { personId: world.staff.peer.personId, ...BECAUSE };
    await setPersonActive(world.as(ada), { ...who, isActive: false });
    await world.settle();
    expect((await world.find(number)).state).toBe("awaiting_approval");
    await setPersonActive(world.as(ada), { ...who, isActive: true });
    await world.settle();
    expect((await world.find(number)).state).toBe("succeeded");
  });

  test("when the voter is found to be its author, for good", async () => {
    const shadow = await person("shadow");
    await signedIn(shadow, "developers");
    const number = await approved("linked", shadow);
    const both = { personId: world.staff.peer.personId, otherId: shadow.personId };
    expect(await previewLink(world.as(ada), both)).toMatchObject({
      keep: { name: "peer" },
      fold: { name: "shadow" },
      promotions: [{ number, losesVote: true, isRunning: false }],
      identitiesMoving: 1,
      refusal: null,
    });
    expect(await refusalOf(linkPeople(world.as(ada), { ...both, name: "peer", ...BECAUSE }))).toBe("INVALID");
    await linkPeople(world.as(ada), { ...both, name: "shadow", ...BECAUSE });
    await world.settle();
    const promotion = await world.find(number);
    expect(promotion.state).toBe("awaiting_approval");
    expect(await refusalOf(world.approve(world.staff.peer, number))).toBe("FOUR_EYES");
    const [vote] = await world.db.select().from(votes).where(eq(votes.promotionId, promotion.id));
    expect(vote?.voidReason).toMatch(/contributor/);
    const card = await getPromotion(world.as(world.staff.peer), { number });
    expect(card.you.canApprove).toBe(false);
    expect(card.missingApprovals).toBe(1);
    expect(card.you.reasons[0]?.text).toMatch(/^You wrote commits of it and/);
    // What the folded name writes from now on is the other's as well.
    await world.commit("feature/2026.21/PAY-1-later", { later: "1" }, shadow, "sprint/2026.21");
    const later = await world.open(world.staff.author, "feature/2026.21/PAY-1-later", "sprint/2026.21");
    await world.settle();
    expect(await refusalOf(world.approve(world.staff.peer, later.promotion.number))).toBe("FOUR_EYES");
  });
});

describe("linking", () => {
  test("moves identities, ends what the other name had, and is not done twice or to oneself", async () => {
    const [main, other] = [await person("main"), await person("other")];
    await signedIn(other, "x");
    const { id } = await grantRole(world.as(ada), {
      personId: other.personId,
      role: "developer",
      scope: EVERYWHERE,
      ...BECAUSE,
    });
    const { token } = await startSession(world.db, other.personId);
    const key = await createAccessToken(world.as(other), { name: "laptop", days: 7 });
    const link = { personId: main.personId, otherId: other.personId, name: "other", ...BECAUSE };
    await linkPeople(world.as(ada), link);
    expect(await rolesOf(other)).toEqual([]);
    expect(await readActor(world.db, token)).toMatchObject({ kind: "anonymous" });
    expect(await readTokenActor(world.db, key.token)).toBeNull();
    const page = await getPerson(world.as(ada), { personId: main.personId });
    expect(page).toMatchObject({
      identities: [{ groups: ["x"] }],
      linked: [{ name: "other", relation: "alias" }],
    });
    expect(await refusalOf(linkPeople(world.as(ada), link))).toBe("INVALID");
    expect(
      await refusalOf(
        setPersonActive(world.as(ada), { personId: other.personId, isActive: true, ...BECAUSE }),
      ),
    ).toBe("INVALID");
    expect(await refusalOf(revokeGrant(world.as(ada), { grantId: id, ...BECAUSE }))).toBe("CONFLICT");
    expect(
      await refusalOf(
        linkPeople(world.as(ada), {
          personId: ada.personId,
          otherId: main.personId,
          name: "main",
          ...BECAUSE,
        }),
      ),
    ).toBe("FORBIDDEN");
  });

  test("whoever others are linked to stays, whichever is named first", async () => {
    const [target, alias, late] = [await person("target"), await person("alias"), await person("late")];
    await linkPeople(world.as(ada), {
      personId: target.personId,
      otherId: alias.personId,
      name: "alias",
      ...BECAUSE,
    });
    const turned = { personId: late.personId, otherId: target.personId };
    expect(await previewLink(world.as(ada), turned)).toMatchObject({
      keep: { name: "target" },
      fold: { name: "late" },
    });
    await linkPeople(world.as(ada), { ...turned, name: "late", ...BECAUSE });
    const names = await world.db
      .select({ name: people.name })
      .from(people)
      .where(eq(people.sameAsId, target.personId));
    expect(names.map(({ name }) => name).sort()).toEqual(["alias", "late"]);
  });

  test("does not hand somebody's sign-in a role by two: it is asked for anew", async () => {
    const [qa, stranger] = [await person("quinn"), await person("stranger")];
    const { id } = await grantRole(world.as(ada), {
      personId: qa.personId,
      role: "qa",
      scope: EVERYWHERE,
      ...BECAUSE,
    });
    await decideAccessRequest(world.as(ben), { requestId: id, decision: "agreed" });
    await signedIn(stranger, "y");
    const both = { personId: qa.personId, otherId: stranger.personId };
    expect(await previewLink(world.as(ada), both)).toMatchObject({ rolesAskedAnew: ["QA, everywhere"] });
    await linkPeople(world.as(ada), { ...both, name: "stranger", ...BECAUSE });
    expect(await rolesOf(qa)).toEqual([]);
    const page = await getPerson(world.as(ben), { personId: qa.personId });
    expect(page.requests).toMatchObject([{ role: "qa", refusal: null }]);
  });

  test("does not hand either's sign-in what only the other's groups mean, whichever of them stays", async () => {
    const [mallory, rita] = [await person("mallory"), await person("rita")];
    await signedIn(mallory, "guests");
    await signedIn(rita, "approvers");
    const asked = await addGroupRole(world.as(ada), {
      groupName: "approvers",
      role: "release_approver",
      scope: EVERYWHERE,
      ...BECAUSE,
    });
    await decideAccessRequest(world.as(ben), { requestId: asked.id, decision: "agreed" });
    expect(await rolesOf(rita)).toEqual(["release_approver"]);
    for (const [keep, fold] of [[mallory, rita] as const, [rita, mallory] as const]) {
      const both = { personId: keep.personId, otherId: fold.personId };
      const { refusal } = await previewLink(world.as(ada), both);
      expect(refusal).toMatch(/by a group that the other is not in/);
      const link = { ...both, name: fold.name, ...BECAUSE };
      expect(await refusalOf(linkPeople(world.as(ada), link))).toBe("FORBIDDEN");
    }
    // The provider says the same of both: nobody gains.
    await signedIn(mallory, "approvers");
    const link = { personId: mallory.personId, otherId: rita.personId, name: "rita", ...BECAUSE };
    await linkPeople(world.as(ada), link);
    expect(await rolesOf(rita)).toEqual([]);
  });
});

describe("whom somebody could be the same as", () => {
  test("is searched by name and address, a few at a time, and only by whoever manages people", async () => {
    const one = await person("quentin");
    const two = await person("quincy");
    const found = async (q: string) =>
      (await findOthers(world.as(ada), { personId: one.personId, q })).items.map(({ name }) => name);
    expect(await found("QUINC")).toEqual(["quincy"]);
    expect(await found("quincy@example")).toEqual(["quincy"]);
    expect(await found("quentin")).toEqual([]);
    for (let n = 1; n <= 20; n++) await person(`somebody-${n}`);
    const all = await findOthers(world.as(ada), { personId: one.personId, q: "" });
    expect(all.items).toHaveLength(20);
    expect(all.hasMore).toBe(true);
    await linkPeople(world.as(ada), {
      personId: one.personId,
      otherId: two.personId,
      name: "quincy",
      ...BECAUSE,
    });
    expect(await found("quincy")).toEqual([]);
    expect(await refusalOf(findOthers(world.as(world.staff.lead), { personId: one.personId, q: "a" }))).toBe(
      "FORBIDDEN",
    );
    expect(await getPerson(world.as(ada), { personId: one.personId })).not.toHaveProperty("others");
  });
});

test("no role is given in a retired environment, and those held there are still named", async () => {
  const { id } = await givenEnvironment(world.db, { key: "staging", name: "Staging" });
  const scope = { kind: "environment" as const, id };
  const offered = async () => (await listScopes(world.as(ada))).filter((one) => one.id === id);
  const [ivy, jo] = [await person("ivy"), await person("jo")];
  const wish = (who: PersonActor, role: Role) => ({ personId: who.personId, role, scope, ...BECAUSE });
  expect(await offered()).toMatchObject([{ name: "Staging", isRetired: false }]);
  await grantRole(world.as(ada), wish(ivy, "developer"));
  const asked = await grantRole(world.as(ada), wish(jo, "qa"));
  await retireEnvironment(world.as(ada), { environmentId: id, reason: "It was for a trial" });

  expect(await refusalOf(grantRole(world.as(ada), wish(jo, "developer")))).toBe("ENVIRONMENT_RETIRED");
  const meaning = { groupName: "stagers", role: "viewer" as const, scope };
  expect(await refusalOf(addGroupRole(world.as(ada), { ...meaning, ...BECAUSE }))).toBe(
    "ENVIRONMENT_RETIRED",
  );
  const decide = (decision: "agreed" | "refused") =>
    decideAccessRequest(world.as(ben), { requestId: asked.id, decision });
  expect(await refusalOf(decide("agreed"))).toBe("ENVIRONMENT_RETIRED");
  await decide("refused");

  expect(await offered()).toMatchObject([{ isRetired: true }]);
  const [held] = (await getPerson(world.as(ada), { personId: ivy.personId })).grants;
  expect(held).toMatchObject({ role: "developer", scopeName: "Staging (retired)" });
  await revokeGrant(world.as(ada), { grantId: held?.id ?? "", ...BECAUSE });
  expect(await offered()).toEqual([]);
});

describe("groups", () => {
  test("mean what one administrator says, for members at once, and mean it no longer when revoked", async () => {
    const [mia, leo] = [await person("mia"), await person("leo")];
    await signedIn(mia, "engineers");
    await signedIn(leo, "others");
    const meaning = { groupName: "engineers", role: "developer" as const, scope: EVERYWHERE };
    expect((await listGroups(world.as(ada))).unknown).toContainEqual({
      name: "engineers",
      members: { count: 1, names: ["mia"] },
    });
    expect(await previewGroupRole(world.as(ada), meaning)).toMatchObject({
      gaining: { count: 1, names: ["mia"] },
      takesTwo: false,
      refusal: null,
    });
    expect((await addGroupRole(world.as(ada), { ...meaning, ...BECAUSE })).outcome).toBe("given");
    expect(await refusalOf(addGroupRole(world.as(ben), { ...meaning, ...BECAUSE }))).toBe("CONFLICT");
    expect(await rolesOf(mia)).toEqual(["developer"]);
    expect(await rolesOf(leo)).toEqual([]);
    const row = (await listGroups(world.as(ada))).items.find(({ groupName }) => groupName === "engineers");
    expect(row?.members).toEqual({ count: 1, names: ["mia"] });
    const [grant] = (await getPerson(world.as(ada), { personId: mia.personId })).grants;
    expect(grant).toMatchObject({ origin: "group", groupName: "engineers", by: "admin" });
    expect(await refusalOf(revokeGrant(world.as(ada), { grantId: grant?.id ?? "", ...BECAUSE }))).toBe(
      "CONFLICT",
    );
    await revokeGroupRole(world.as(ben), { groupRoleId: row?.id ?? "", ...BECAUSE });
    expect(await rolesOf(mia)).toEqual([]);
    expect(await refusalOf(revokeGroupRole(world.as(ben), { groupRoleId: row?.id ?? "", ...BECAUSE }))).toBe(
      "CONFLICT",
    );
  });

  test("of any size name five of their members and count the rest", async () => {
    const many = [];
    for (const letter of "gfedcba") many.push(await person(`crowd-${letter}`));
    for (const one of many) await signedIn(one, "crowd");
    const five = { count: 7, names: ["a", "b", "c", "d", "e"].map((letter) => `crowd-${letter}`) };
    const none = { count: 0, names: [] };
    const before = await listGroups(world.as(ada));
    expect(before.unknown.find(({ name }) => name === "crowd")?.members).toEqual(five);
    const viewers = { groupName: "crowd", role: "viewer" as const, scope: EVERYWHERE };
    expect(await previewGroupRole(world.as(ada), viewers)).toMatchObject({
      gaining: five,
      having: none,
      administrators: none,
    });
    await addGroupRole(world.as(ada), { ...viewers, ...BECAUSE });
    expect(await previewGroupRole(world.as(ada), viewers)).toMatchObject({ gaining: none, having: five });
    const after = await listGroups(world.as(ada));
    expect(after.items.find(({ groupName }) => groupName === "crowd")?.members).toEqual(five);
    const asked = await addGroupRole(world.as(ada), { ...viewers, role: "qa", ...BECAUSE });
    const { items } = await listRequests(world.as(ben));
    expect(items.find(({ id }) => id === asked.id)?.gaining).toEqual(five);
  });

  test("get a deciding role from two administrators, neither of whom is in it", async () => {
    const tess = await person("tess");
    await signedIn(tess, "leads");
    const asked = await addGroupRole(world.as(ada), {
      groupName: "leads",
      role: "tech_lead",
      scope: EVERYWHERE,
      ...BECAUSE,
    });
    expect(asked.outcome).toBe("asked");
    const waiting = async () => (await listGroups(world.as(ada))).waiting.find(({ id }) => id === asked.id);
    expect(await waiting()).toMatchObject({ name: "leads", role: "tech_lead", requestedBy: "admin" });
    await decideAccessRequest(world.as(ben), { requestId: asked.id, decision: "agreed" });
    expect(await waiting()).toBeUndefined();
    expect(await rolesOf(tess)).toEqual(["tech_lead"]);
    const row = (await listGroups(world.as(ada))).items.find(({ groupName }) => groupName === "leads");
    expect(row).toMatchObject({ by: "admin", agreedBy: "ben" });
    await signedIn(ada, "platform");
    const own = { groupName: "platform", role: "developer" as const, scope: EVERYWHERE };
    expect((await previewGroupRole(world.as(ada), own)).refusal).toMatch(/You are in this group/);
    expect(await refusalOf(addGroupRole(world.as(ada), { ...own, ...BECAUSE }))).toBe("SELF_GRANT");
  });
});

describe("sessions, tokens and leaving", () => {
  test("one's own sessions end one by one or all but this one; another's only for who manages people", async () => {
    const noa = await person("noa");
    const [here, there, phone] = [
      await startSession(world.db, noa.personId),
      await startSession(world.db, noa.personId),
      await startSession(world.db, noa.personId),
    ];
    const actor = (await readActor(world.db, here.token)) as PersonActor;
    const account = await getOwnAccount(world.as(actor));
    expect(account.sessions).toHaveLength(3);
    expect(account.sessions.filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
    const elsewhere = (await readActor(world.db, phone.token)) as PersonActor;
    await endSessions(world.as(actor), { personId: noa.personId, sessionId: elsewhere.sessionId });
    expect(await readActor(world.db, phone.token)).toMatchObject({ kind: "anonymous" });
    expect(await endSessions(world.as(actor), { personId: noa.personId })).toEqual({ ended: 1 });
    expect(await readActor(world.db, there.token)).toMatchObject({ kind: "anonymous" });
    expect(await readActor(world.db, here.token)).toMatchObject({ kind: "person" });
    expect(await refusalOf(endSessions(world.as(world.staff.lead), { personId: noa.personId }))).toBe(
      "NOT_FOUND",
    );
    await endSessions(world.as(ada), { personId: noa.personId });
    expect(await readActor(world.db, here.token)).toMatchObject({ kind: "anonymous" });
    expect(await lastAudit()).toBe("sessions.ended");
  });

  test("a token is revoked by its owner or by who manages people", async () => {
    const pia = await person("pia");
    const key = await createAccessToken(world.as(pia), { name: "laptop", days: 7 });
    expect(await refusalOf(revokePersonToken(world.as(world.staff.lead), { accessTokenId: key.id }))).toBe(
      "NOT_FOUND",
    );
    await revokePersonToken(world.as(ada), { accessTokenId: key.id });
    expect(await readTokenActor(world.db, key.token)).toBeNull();
    expect(await refusalOf(revokePersonToken(world.as(ada), { accessTokenId: key.id }))).toBe("NOT_FOUND");
  });

  test("whoever leaves loses sessions and tokens; nobody leaves by themselves", async () => {
    const rob = await person("rob");
    const { token } = await startSession(world.db, rob.personId);
    const key = await createAccessToken(world.as(rob), { name: "laptop", days: 7 });
    await setPersonActive(world.as(ada), { personId: rob.personId, isActive: false, ...BECAUSE });
    expect(await readActor(world.db, token)).toMatchObject({ kind: "anonymous" });
    expect(await world.db.$count(sessions, eq(sessions.userId, rob.personId))).toBe(0);
    expect(
      await world.db.$count(accessTokens, and(eq(accessTokens.id, key.id), isNull(accessTokens.revokedAt))),
    ).toBe(0);
    expect(
      await refusalOf(
        setPersonActive(world.as(ada), { personId: ada.personId, isActive: false, ...BECAUSE }),
      ),
    ).toBe("FORBIDDEN");
    const give = { personId: rob.personId, role: "viewer" as const, scope: EVERYWHERE, ...BECAUSE };
    expect(await refusalOf(grantRole(world.as(ada), give))).toBe("CONFLICT");
  });

  test("somebody is added once, before they first sign in", async () => {
    const added = await invitePerson(world.as(ada), { name: "Nia", email: "nia@example.com" });
    const page = await getPerson(world.as(ada), { personId: added.id });
    expect(page).toMatchObject({ state: "invited", lastSignInAt: null, identities: [] });
    expect(await refusalOf(invitePerson(world.as(ada), { name: "Nia", email: "NIA@example.com" }))).toBe(
      "CONFLICT",
    );
  });
});

describe("who sees what", () => {
  test("addresses, groups, sign-ins, sessions and tokens are for whoever manages people, and for oneself", async () => {
    const stranger = world.staff.author;
    const page = await getPerson(world.as(stranger), { personId: ada.personId });
    expect(page).toMatchObject({
      email: null,
      lastSignInAt: null,
      sessions: [],
      tokens: [],
      identities: [],
      history: [],
      requests: [],
    });
    const list = await listPeople(world.as(stranger), { page: 1 });
    expect(list.items.every((row) => row.email === null && row.groups.length === 0)).toBe(true);
    expect(await listPeople(world.as(stranger), { page: 1, q: "example.com" })).toMatchObject({ total: 0 });
    expect((await listPeople(world.as(ada), { page: 1, q: "example.com" })).total).toBeGreaterThan(5);
  });

  test("of another product only who is there, and no name of this one", async () => {
    const elsewhere = await givenProduct(world.db, { key: "elsewhere", name: "Elsewhere" });
    const foreign: PersonActor = {
      ...world.staff.author,
      grants: [{ role: "viewer", scope: { kind: "product", id: elsewhere.id } }],
    };
    const text = JSON.stringify(await listPeople(world.as(foreign), { page: 1 }));
    expect(text).not.toMatch(/Payments|zoe/);
    expect(text).toMatch(/admin/);
    const zoe = await world.db.select().from(people).where(eq(people.name, "zoe"));
    expect(await refusalOf(getPerson(world.as(foreign), { personId: zoe[0]?.id ?? "" }))).toBe("NOT_FOUND");
  });

  test("the list is filtered by role, scope and state, and taken away with a trace", async () => {
    const by = (over: object) => listPeople(world.as(ada), { page: 1, ...over });
    expect((await by({ role: "platform_admin" })).items.map(({ name }) => name)).toEqual(["admin", "ben"]);
    expect((await by({ role: "developer", scope: world.product.id })).items.map(({ name }) => name)).toEqual([
      "zoe",
    ]);
    expect((await by({ state: "linked" })).items.map(({ name }) => name)).toContain("shadow");
    const csv = await exportPeople(world.as(ada), { role: "platform_admin" });
    expect(csv.split("\r\n")).toHaveLength(4);
    expect(await lastAudit()).toBe("people.exported");
  });
});

test("of the last two administrators one may be removed, and then none", async () => {
  const [held] = await world.db.select().from(grants).where(eq(grants.personId, ben.personId));
  const [own] = await world.db.select().from(grants).where(eq(grants.personId, ada.personId));
  await revokeGrant(world.as(ada), { grantId: held?.id ?? "", ...BECAUSE });
  expect(await refusalOf(revokeGrant(world.as(ada), { grantId: own?.id ?? "", ...BECAUSE }))).toBe(
    "CONFLICT",
  );
  const eve = await person("eve");
  const wish = { personId: eve.personId, role: "platform_admin" as const, scope: EVERYWHERE, ...BECAUSE };
  expect((await grantRole(world.as(ada), wish)).outcome).toBe("asked");
});
