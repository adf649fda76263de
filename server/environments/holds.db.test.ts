import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { promotionGates, slotHolds } from "@/db/schema";
import { givenProduct } from "@/db/testing/given";
import { verifyAudit } from "../audit/verify";
import { executePromotion } from "../promotions/execute";
import { requestDeployment, requestRollback } from "../promotions/request";
import { createWorlds, type World } from "../promotions/testing/engine-world";
import { holdSlots, releaseSlots } from "./holds";
import { getMatrix } from "./matrix";
import { getSlot } from "./slot";

let world: World;

const worlds = createWorlds((first) => first.begin());
beforeEach(async () => {
  world = await worlds.next();
});
afterEach(async () => {
  const chain = await verifyAudit(world.db);
  await world.stop();
  expect(chain).toMatchObject({ isIntact: true });
});
afterAll(() => worlds.remove());

const hold = (slotIds: string[], reason = "incident 7") =>
  holdSlots(world.as(world.staff.lead), { slotIds, reason });
const letGo = (slotIds: string[]) =>
  releaseSlots(world.as(world.staff.second), { slotIds, reason: "incident is over" });

test("a deployment to a held slot waits with the reason, and goes on when it is released", async () => {
  const { devApi, devVm } = world.slots;
  await hold([devApi.id]);
  await world.mergeFeature("one", { one: "1" });
  const waiting = await world.newest({ slotId: devApi.id });
  expect(waiting).toMatchObject({ state: "gating", outcomeText: "lead holds this slot: incident 7" });
  expect(await world.newest({ slotId: devVm.id })).toMatchObject({ state: "succeeded" });
  await letGo([devApi.id]);
  await world.settle();
  expect(await world.find(waiting.number)).toMatchObject({ state: "succeeded" });
});

test("whoever looks sees who holds it, since when and why, and what was held before", async () => {
  const { devApi } = world.slots;
  await hold([devApi.id], "first");
  await letGo([devApi.id]);
  await hold([devApi.id], "second");
  const slot = await getSlot(world.as(world.staff.author), { slotId: devApi.id });
  expect(slot.holds).toMatchObject([
    { reason: "second", heldBy: "lead", releasedBy: null, releasedAt: null },
    { reason: "first", heldBy: "lead", releasedBy: "second", releaseReason: "incident is over" },
  ]);
  const { components } = await getMatrix(world.as(world.staff.author), {});
  const cells = components.flatMap((component) => component.cells);
  expect(cells.find(({ slotId }) => slotId === devApi.id)?.hold).toMatchObject({ reason: "second" });
  expect(cells.filter((cell) => cell.hold)).toHaveLength(1);
});

test("taking a hold back leaves what somebody else has held there since", async () => {
  const { devApi } = world.slots;
  const { holdIds } = await hold([devApi.id], "mine");
  await letGo([devApi.id]);
  await hold([devApi.id], "theirs");
  const undo = { slotIds: [devApi.id], holdIds, reason: "undone" };
  await expect(releaseSlots(world.as(world.staff.lead), undo)).rejects.toThrow("It is not held any more.");
  const { holds } = await getSlot(world.as(world.staff.lead), { slotId: devApi.id });
  expect(holds[0]).toMatchObject({ reason: "theirs", releasedAt: null });
});

test("a rollback is not stopped by a hold", async () => {
  const { devApi } = world.slots;
  await world.mergeFeature("one", { one: "1" });
  const first = await world.liveRelease();
  await world.mergeFeature("two", { two: "2" });
  await hold([devApi.id]);
  const asked = await requestRollback(world.as(world.staff.lead), {
    slotId: devApi.id,
    releaseId: first.id,
    reason: "two is wrong",
    withdrawsRelease: false,
  });
  await world.settle();
  expect(await world.find(asked.number)).toMatchObject({ state: "succeeded" });
  const { holds } = await getSlot(world.as(world.staff.lead), { slotId: devApi.id });
  expect(holds).toMatchObject([{ reason: "incident 7", heldBy: "lead", releasedAt: null }]);
});

test("what was ready is stopped when the hold comes before its start", async () => {
  const { acmeVm } = world.slots;
  await world.mergeFeature("one", { one: "1" });
  const opened = await world.open(world.staff.lead, "sprint/2026.21", "master");
  await world.settle();
  await world.approve(world.staff.second, opened.promotion.number);
  await world.approve(world.staff.approver, opened.promotion.number);
  await world.settle();
  const [asked] = await requestDeployment(world.as(world.staff.lead), {
    releaseId: (await world.liveRelease()).id,
    slotIds: [acmeVm.id],
  });
  const number = asked?.number ?? 0;
  await world.settle();
  await world.approve(world.staff.second, number);
  await world.approve(world.staff.approver, number);
  expect(await world.find(number)).toMatchObject({ state: "ready" });
  await hold([acmeVm.id]);
  await executePromotion(world.ctx, { promotionId: (await world.find(number)).id }, 30);
  expect(await world.find(number)).toMatchObject({ state: "gating" });
  await letGo([acmeVm.id]);
  await world.settle();
  expect(await world.find(number)).toMatchObject({ state: "succeeded" });
});

test("many slots are held at once; those that are held already stay as they are", async () => {
  const { devApi, devVm } = world.slots;
  expect(await hold([devApi.id], "mine")).toMatchObject({ count: 1, slotIds: [devApi.id] });
  expect(await hold([devApi.id, devVm.id], "both")).toMatchObject({ count: 1, slotIds: [devVm.id] });
  await expect(hold([devApi.id])).rejects.toMatchObject({ code: "CONFLICT" });
  expect(await letGo([devApi.id, devVm.id])).toMatchObject({ count: 2 });
  await expect(letGo([devApi.id])).rejects.toMatchObject({ code: "CONFLICT" });
  expect(await world.db.select().from(slotHolds)).toHaveLength(2);
});

test("a hold needs the role in the slot's scope, for every slot of the request", async () => {
  const { devApi, acmeVm } = world.slots;
  const held = { slotIds: [devApi.id, acmeVm.id], reason: "no" };
  await expect(holdSlots(world.as(world.staff.author), held)).rejects.toMatchObject({ code: "FORBIDDEN" });
  const elsewhere = await givenProduct(world.db);
  const foreign = {
    ...world.staff.lead,
    grants: [{ role: "tech_lead" as const, scope: { kind: "product" as const, id: elsewhere.id } }],
  };
  await expect(holdSlots(world.as(foreign), held)).rejects.toMatchObject({ code: "NOT_FOUND" });
  const environmentOnly = {
    ...world.staff.lead,
    grants: [
      { role: "qa" as const, scope: { kind: "environment" as const, id: devApi.environmentId } },
      { role: "viewer" as const, scope: { kind: "organisation" as const, id: null } },
    ],
  };
  await expect(holdSlots(world.as(environmentOnly), held)).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect(await holdSlots(world.as(environmentOnly), { ...held, slotIds: [devApi.id] })).toMatchObject({
    count: 1,
  });
});

test("the gate says that nobody holds it where nobody does", async () => {
  await world.mergeFeature("one", { one: "1" });
  const done = await world.newest({ slotId: world.slots.devApi.id });
  const gates = await world.db.select().from(promotionGates).where(eq(promotionGates.promotionId, done.id));
  expect(gates.find(({ key }) => key === "not_held")).toMatchObject({ status: "pass" });
});
