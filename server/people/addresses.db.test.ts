import { and, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  accessRequests,
  auditEvents,
  identities,
  people,
  promotionContributors,
  promotionGates,
} from "@/db/schema";
import { audited, givenGrant, givenPerson } from "@/db/testing/given";
import { parseSha, type Sha } from "@/domain/git/sha";
import type { PersonActor } from "@/domain/people/actor";
import { getPromotion } from "../promotions/card";
import { readContributors, settleUnknown } from "../promotions/contributors";
import { evaluatePromotion } from "../promotions/evaluate";
import { requestDeployment } from "../promotions/request";
import { createWorld, type World } from "../promotions/testing/engine-world";
import { repositoryDirectory } from "../repositories/location";
import { invitePerson } from "./activity";
import { editPerson } from "./edit";

let world: World;
let master: Sha;
let branches = 0;

beforeAll(async () => {
  world = await createWorld();
  await world.begin();
  master = parseSha(await headOf("master"));
});
afterAll(() => world.stop());

const admin = () => world.as(world.staff.admin);

async function headOf(branch: string): Promise<string> {
  const { rows } = await world.db.execute<{ sha: string }>(
    sql`select head_sha as sha from branches where repository_id = ${world.repository.id} and name = ${branch}`,
  );
  return rows[0]?.sha ?? "";
}

async function person(name: string): Promise<PersonActor> {
  const row = await givenPerson(world.db, { name, email: `${name}@old.example` });
  return { kind: "person", personId: row.id, name, email: row.email, grants: [] };
}

/** Who had a hand in one commit by somebody who calls themselves so. */
async function handsIn(email: string) {
  branches += 1;
  const by = { ...world.staff.author, email };
  const branch = `feature/2026.21/PAY-1-hand-${branches}`;
  const sha = await world.commit(branch, { [`file-${branches}`]: email }, by, "master");
  const directory = repositoryDirectory(admin(), world.repository);
  const found = await readContributors(world.db, directory, world.repository.id, {
    include: [sha],
    exclude: [master],
  });
  return { known: [...new Set(found.known.map(({ personId }) => personId))], unknown: found.unknown };
}

const edit = (who: PersonActor, over: { name?: string; email?: string }) =>
  editPerson(admin(), { personId: who.personId, name: who.name, email: who.email, ...over });

describe("commits belong", () => {
  test("to whoever has the address now, and to whoever had it before", async () => {
    const amy = await person("amy");
    await edit(amy, { email: "Amy@new.example" });
    expect(await handsIn("amy@NEW.example")).toEqual({ known: [amy.personId], unknown: [] });
    expect(await handsIn("amy@old.example")).toEqual({ known: [amy.personId], unknown: [] });
  });

  test("to who stayed of two that were found to be one, by every address of either", async () => {
    const [kept, folded] = [await person("kept"), await person("folded")];
    await edit(folded, { email: "folded@new.example" });
    await audited(world.db, (tx) =>
      tx
        .update(people)
        .set({ sameAsId: kept.personId, isActive: false })
        .where(eq(people.id, folded.personId)),
    );
    for (const email of ["folded@old.example", "folded@new.example"]) {
      expect(await handsIn(email)).toEqual({ known: [kept.personId], unknown: [] });
    }
    await expect(edit(folded, { name: "Other" })).rejects.toMatchObject({ code: "INVALID" });
  });

  test("to nobody until somebody has the address, and then the hand counts", async () => {
    expect(await handsIn("bot@builds.example")).toEqual({ known: [], unknown: ["bot@builds.example"] });
    const bot = await invitePerson(admin(), { name: "Build bot", email: "Bot@builds.example" });
    expect(await handsIn("bot@builds.example")).toEqual({ known: [bot.id], unknown: [] });
    expect(await settleUnknown(world.db, ["bot@builds.example", "other@builds.example"])).toEqual({
      known: [{ personId: bot.id, why: "author" }],
      unknown: ["other@builds.example"],
    });
  });
});

describe("a name or an address is corrected", () => {
  test("by an administrator, with an audit row that says what it was", async () => {
    const typo = await person("tpyo");
    await edit(typo, { name: "Typo", email: "typo@new.example" });
    const [row] = await world.db.select().from(people).where(eq(people.id, typo.personId));
    expect(row).toMatchObject({ name: "Typo", email: "typo@new.example" });
    const [told] = await world.db
      .select()
      .from(auditEvents)
      .where(and(eq(auditEvents.subjectId, typo.personId), eq(auditEvents.action, "person.edited")));
    expect(JSON.parse(told?.payload ?? "{}")).toMatchObject({
      actor: { name: "admin" },
      before: { name: "tpyo", email: "tpyo@old.example" },
      after: { name: "Typo", email: "typo@new.example" },
    });
    await expect(edit(typo, { name: "Typo", email: "typo@new.example" })).rejects.toMatchObject({
      code: "CONFLICT",
      message: "Nothing is different.",
    });
  });

  test("by nobody else", async () => {
    for (const who of [world.staff.lead, world.staff.approver, world.staff.author]) {
      const input = { personId: world.staff.peer.personId, name: "X", email: "x@new.example" };
      await expect(editPerson(world.as(who), input)).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
  });

  test("never to an address that somebody else has, or had before", async () => {
    const [cat, dan] = [await person("cat"), await person("dan")];
    await edit(cat, { email: "cat@new.example" });
    await expect(edit(dan, { email: "CAT@new.example" })).rejects.toMatchObject({
      code: "CONFLICT",
      message: "cat has this address already.",
    });
    const sentence = "cat had this address before, and commits with it stay theirs.";
    await expect(edit(dan, { email: "cat@old.example" })).rejects.toMatchObject({ message: sentence });
    await expect(
      invitePerson(admin(), { name: "Second cat", email: "cat@old.example" }),
    ).rejects.toMatchObject({ message: sentence });
    await edit(cat, { email: "cat@old.example" });
  });

  test("not where it would hand a role that takes two to whoever has the new address", async () => {
    const [holder, asked] = [await person("holder"), await person("asked")];
    await givenGrant(world.db, holder.personId, "tech_lead");
    await audited(world.db, (tx) =>
      tx.insert(accessRequests).values({
        personId: asked.personId,
        role: "qa",
        scopeKind: "organisation",
        reason: "because",
        requestedById: world.staff.admin.personId,
      }),
    );
    for (const who of [holder, asked]) {
      await expect(edit(who, { email: `second-${who.email}` })).rejects.toMatchObject({
        code: "SECOND_ADMINISTRATOR",
      });
      // A name says nothing about who may sign in.
      await edit(who, { name: `${who.name} Smith` });
    }
    // Who signed in before is met by issuer and subject, whatever the address.
    await audited(world.db, (tx) =>
      tx
        .insert(identities)
        .values({ personId: holder.personId, issuer: "https://idp.example", subject: "holder" }),
    );
    await edit(holder, { name: "holder Smith", email: `second-${holder.email}` });
  });
});

test("a deployment that waits for an unknown author goes on once they are added, with their hand", async () => {
  await world.mergeFeature("release", { release: "1" });
  await world.toMaster();
  const [asked] = await requestDeployment(world.as(world.staff.lead), {
    releaseId: (await world.liveRelease()).id,
    slotIds: [world.slots.prodApi.id],
  });
  const promotionId = asked?.id ?? "";
  // As if an address that is somebody's by now had been nobody's then.
  await world.db.transaction(async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`);
    await tx.execute(
      sql`update promotion_revisions set unknown_contributors = '{late@old.example}' where promotion_id = ${promotionId}`,
    );
  });
  const gate = async () =>
    (
      await world.db
        .select()
        .from(promotionGates)
        .where(and(eq(promotionGates.promotionId, promotionId), eq(promotionGates.key, "contributors_known")))
    ).at(0);
  await evaluatePromotion(admin(), promotionId);
  expect(await gate()).toMatchObject({ status: "fail", facts: { unknown: ["late@old.example"] } });
  expect((await gate())?.detail).toMatch(/late@old\.example .*add the author under People, or rewrite/i);
  const { number } = await world.newest();
  const mayAdd = async (who: PersonActor) =>
    (await getPromotion(world.as(who), { number })).you.canManagePeople;
  expect(await mayAdd(world.staff.admin)).toBe(true);
  expect(await mayAdd(world.staff.lead)).toBe(false);
  await world.settle();
  const { id: lateId } = await invitePerson(admin(), { name: "Late", email: "Late@old.example" });
  // Nobody has to wait for the next round: being added is what it waited for.
  await world.settle();
  expect(await gate()).toMatchObject({ status: "pass" });
  const hands = await world.db
    .select()
    .from(promotionContributors)
    .where(eq(promotionContributors.promotionId, promotionId));
  expect(hands.map(({ personId }) => personId)).toContain(lateId);
});
