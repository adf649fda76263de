import { afterAll, beforeAll, expect, test } from "vitest";
import type { GrantScope, PersonActor } from "@/domain/people/actor";
import { getPromotion } from "./card";
import { getPromotionChanges, getPromotionDiff } from "./changes";
import { requestDeployment } from "./request";
import { createWorld, type World } from "./testing/engine-world";

let world: World;
let number: number;
beforeAll(async () => {
  world = await createWorld();
  await world.begin();
  await world.mergeFeature("retry", { "src/retry.txt": "retry\n" });
  await world.toMaster();
  const [asked] = await requestDeployment(world.as(world.staff.lead), {
    releaseId: (await world.liveRelease()).id,
    slotIds: [world.slots.prodApi.id],
  });
  await world.settle();
  number = asked?.number ?? 0;
});
afterAll(() => world.stop());

/** The same lead, there for a part only. */
const within = (scope: GrantScope): PersonActor => ({
  ...world.staff.lead,
  grants: [{ role: "tech_lead", scope }],
});

test("source is read by whoever has a role in its product", async () => {
  const { productId } = await world.find(number);
  const lead = world.as(within({ kind: "product", id: productId }));
  expect(await getPromotion(lead, { number })).toMatchObject({ you: { canReadFiles: true } });
  expect(await getPromotionDiff(lead, { number })).toEqual([]);
});

test("whoever is there for one environment sees what is decided, and not the source", async () => {
  const { environmentId } = await world.find(number);
  const lead = world.as(within({ kind: "environment", id: environmentId ?? "" }));
  expect(await getPromotion(lead, { number })).toMatchObject({ you: { canReadFiles: false } });
  await expect(getPromotionDiff(lead, { number })).rejects.toMatchObject({ code: "FORBIDDEN" });
});

test("nobody's e-mail address is told with what they wrote", async () => {
  const { commits } = await getPromotionChanges(world.as(world.staff.lead), { number });
  expect(commits.length).toBeGreaterThan(0);
  expect(JSON.stringify(commits)).not.toContain("@example.com");
});
