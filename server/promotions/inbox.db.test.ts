import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { people } from "@/db/schema";
import { audited } from "@/db/testing/given";
import type { PersonActor } from "@/domain/people/actor";
import { listPromotions } from "./inbox";
import { createWorlds, type World } from "./testing/engine-world";
import { countWaiting } from "./waiting";

let world: World;

const worlds = createWorlds((first) => first.begin());
beforeEach(async () => {
  world = await worlds.next();
});
afterEach(() => world.stop());
afterAll(() => worlds.remove());

async function lineOf(number: number, reader: PersonActor) {
  const { items } = await listPromotions(world.as(reader), { view: "all", limit: 50 });
  return items.find((item) => item.number === number);
}

const setActive = ({ personId }: PersonActor, isActive: boolean) =>
  audited(world.db, (tx) => tx.update(people).set({ isActive }).where(eq(people.id, personId)));

test("approvals count as the rules count them while people decide, and stay what they were once it is over", async () => {
  const { lead, second, approver } = world.staff;
  await world.mergeFeature("retry", { "src/retry.txt": "retry\n" });
  const { promotion } = await world.open(lead, "sprint/2026.21", "master");
  await world.settle();
  expect(await lineOf(promotion.number, second)).toMatchObject({
    state: "awaiting_approval",
    waitsForMe: true,
    approvalsAsked: 2,
    approvalsGiven: 0,
  });
  expect(await countWaiting(world.as(second))).toMatchObject({ count: 1 });

  const { gates = 0, gatesPassed } = (await lineOf(promotion.number, second)) ?? {};
  expect(gates).toBeGreaterThan(2);
  expect(gatesPassed).toBe(gates);

  await world.approve(second, promotion.number);
  expect(await lineOf(promotion.number, second)).toMatchObject({ waitsForMe: false, approvalsGiven: 1 });
  expect(await countWaiting(world.as(second))).toMatchObject({ count: 0, oldest: null });
  await setActive(second, false);
  expect(await lineOf(promotion.number, approver)).toMatchObject({ waitsForMe: true, approvalsGiven: 0 });
  await setActive(second, true);

  await world.approve(approver, promotion.number);
  await world.settle();
  await setActive(second, false);
  expect(await lineOf(promotion.number, approver)).toMatchObject({
    state: "succeeded",
    waitsForMe: false,
    approvalsAsked: 2,
    approvalsGiven: 2,
  });
});

test("whom something waits for is found once a request, and anew by the next", async () => {
  const { lead, second } = world.staff;
  await world.mergeFeature("retry", { "src/retry.txt": "retry\n" });
  const { promotion } = await world.open(lead, "sprint/2026.21", "master");
  await world.settle();
  const request = { ...world.as(second), request: {} };
  expect(await countWaiting(request)).toMatchObject({ count: 1 });
  await world.approve(second, promotion.number);
  const { items } = await listPromotions(request, { view: "waits-for-me", limit: 50 });
  expect(items.map(({ number }) => number)).toEqual([promotion.number]);
  expect(await countWaiting({ ...request, request: {} })).toMatchObject({ count: 0 });
});
