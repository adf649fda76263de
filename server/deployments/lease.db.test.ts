import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { operations } from "@/db/schema";
import { systemActor } from "@/domain/people/actor";
import { evaluatePromotion } from "../promotions/evaluate";
import { executePromotion } from "../promotions/execute";
import { requestDeployment } from "../promotions/request";
import { createWorld, type World } from "../promotions/testing/engine-world";

const LEASE_SECONDS = 4;
/** Of each answer: the order's, and that of the health address. */
const ANSWER_MS = 5_500;

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await world.begin();
});
afterAll(() => world.stop());

test("a slot host that answers later than a lease lasts is asked by one worker all the same", async () => {
  await world.mergeFeature("slow", { slow: "1" });
  await world.toMaster();
  const { id: releaseId } = await world.liveRelease();
  const [asked] = await requestDeployment(world.as(world.staff.lead), {
    releaseId,
    slotIds: [world.slots.acmeVm.id],
  });
  const number = asked?.number ?? 0;
  await world.settle();
  for (const one of [world.staff.second, world.staff.approver]) await world.approve(one, number);
  const { id: promotionId } = await world.find(number);
  const ctx = { ...world.ctx, actor: systemActor("test") };
  await evaluatePromotion(ctx, promotionId);
  expect(await world.find(number)).toMatchObject({ state: "ready" });

  world.faults.delayMs = ANSWER_MS;
  let isDone = false;
  const first = executePromotion(ctx, { promotionId }, LEASE_SECONDS).finally(() => {
    isDone = true;
  });
  while (!isDone) {
    await sleep(250);
    await executePromotion(ctx, { promotionId }, LEASE_SECONDS);
  }
  await first;
  expect(await world.find(number)).toMatchObject({ state: "succeeded" });
  const made = await world.db
    .select({ kind: operations.kind, attempts: operations.attempts })
    .from(operations)
    .where(eq(operations.promotionId, promotionId))
    .orderBy(operations.createdAt);
  expect(made).toEqual([
    { kind: "install", attempts: 1 },
    { kind: "health_check", attempts: 1 },
  ]);
});
