import { eq } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { promotionContributors } from "@/db/schema";
import { givenGrant, givenPerson } from "@/db/testing/given";
import type { PersonActor } from "@/domain/people/actor";
import { verifyAudit } from "../audit/verify";
import { requestDeployment, requestRollback } from "./request";
import { createWorld, type World } from "./testing/engine-world";

let world: World;
/** A tech lead who wrote what the second release brought. */
let third: PersonActor;
/** The first release, which production ran before. */
let firstId: string;

beforeEach(async () => {
  world = await createWorld();
  await world.begin();
  const {
    id: personId,
    name,
    email,
  } = await givenPerson(world.db, { name: "third", email: "third@example.com" });
  await givenGrant(world.db, personId, "tech_lead");
  const grants = [{ role: "tech_lead" as const, scope: { kind: "organisation" as const, id: null } }];
  third = { kind: "person", personId, name, email, grants };
});
afterEach(async () => {
  const chain = await verifyAudit(world.db);
  await world.stop();
  expect(chain).toMatchObject({ isIntact: true });
});

/** Production runs the third lead's release, and the next one, of somebody else, has been asked for. */
async function askedForTheNext(): Promise<number> {
  await world.mergeFeature("first", { first: "1" });
  await world.toMaster();
  firstId = (await world.liveRelease()).id;
  await world.toProduction(firstId, world.slots.prodApi.id);

  const branch = "feature/2026.21/PAY-1-second";
  await world.commit(branch, { second: "2" }, third, "sprint/2026.21");
  const opened = await world.open(third, branch, "sprint/2026.21");
  await world.settle();
  await world.approve(world.staff.peer, opened.promotion.number);
  await world.settle();
  await world.toMaster();
  await world.toProduction((await world.liveRelease()).id, world.slots.prodApi.id);

  await world.mergeFeature("next", { next: "3" });
  await world.toMaster();
  const [asked] = await requestDeployment(world.as(world.staff.lead), {
    releaseId: (await world.liveRelease()).id,
    slotIds: [world.slots.prodApi.id],
  });
  await world.settle();
  const number = asked?.number ?? 0;
  await world.approve(third, number);
  return number;
}

const rollBack = () =>
  requestRollback(world.as(world.staff.lead), {
    slotId: world.slots.prodApi.id,
    releaseId: firstId,
    reason: "customers complain",
    withdrawsRelease: true,
  });

async function hands(number: number): Promise<string[]> {
  const rows = await world.db
    .select()
    .from(promotionContributors)
    .where(eq(promotionContributors.promotionId, (await world.find(number)).id));
  return rows.map(({ personId }) => personId);
}

test("what was rolled back comes back with the next release, and so do the hands that made it", async () => {
  const number = await askedForTheNext();
  expect(await hands(number)).not.toContain(third.personId);
  await rollBack();
  await world.settle();
  expect(await hands(number)).toContain(third.personId);
  await world.approve(world.staff.second, number);
  await world.settle();
  expect(await world.find(number)).toMatchObject({ state: "awaiting_approval" });
  await world.approve(world.staff.approver, number);
  await world.settle();
  expect(await world.find(number)).toMatchObject({ state: "succeeded" });
});

test("what had its approvals while the way back was on its way asks again before it starts", async () => {
  const number = await askedForTheNext();
  const back = await rollBack();
  await world.approve(world.staff.second, number);
  expect(await world.find(number)).toMatchObject({ state: "ready" });
  // The way back takes the slot first: what waits for it starts when it is free.
  const next = (await world.find(number)).id;
  const others = world.jobs.filter(({ payload }) => payload.promotionId !== next);
  world.jobs.splice(0, world.jobs.length, ...others);
  await world.settle();
  expect(await world.find(back.number)).toMatchObject({ state: "succeeded" });
  expect(await world.find(number)).toMatchObject({ state: "awaiting_approval" });
  expect(await hands(number)).toContain(third.personId);
});
