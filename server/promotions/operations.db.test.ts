import { setTimeout as sleep } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { operations } from "@/db/schema";
import { change } from "../audit/change";
import { type Holder, intend, takeOver, whileHeld } from "./operations";
import { createWorld, type World } from "./testing/engine-world";

const HOLDER: Holder = { id: "5f0a8d0e-0000-4000-8000-000000000001", leaseSeconds: 6 };
const OTHER: Holder = { id: "5f0a8d0e-0000-4000-8000-000000000002", leaseSeconds: 60 };

let world: World;
beforeEach(async () => {
  world = await createWorld();
  await world.begin();
});
afterEach(() => world.stop());

async function begun() {
  await world.commit("feature/2026.21/PAY-1-slow", { slow: "1" }, world.staff.author, "sprint/2026.21");
  const opened = await world.open(world.staff.author, "feature/2026.21/PAY-1-slow", "sprint/2026.21");
  return change(world.ctx, (c) =>
    intend(
      c,
      { promotionId: opened.promotion.id, kind: "merge", idempotencyKey: "slow/1", expected: {} },
      HOLDER,
    ),
  );
}

const stored = async (id: string) => {
  const [row] = await world.db.select().from(operations).where(eq(operations.id, id));
  if (!row) throw new Error("The operation is gone.");
  return row;
};
const take = async (id: string) => {
  const row = await stored(id);
  return change(world.ctx, (c) => takeOver(c, row, OTHER));
};

test("what takes longer than its lease is not begun by another meanwhile, and can be once it is over", async () => {
  const operation = await begun();
  const takenMeanwhile = await whileHeld(world.ctx, operation, HOLDER, async () => {
    await sleep(8_000);
    return take(operation.id);
  });
  expect(takenMeanwhile).toBeNull();
  await expect.poll(() => take(operation.id)).toMatchObject({ workerId: OTHER.id, fence: 2 });
});

test("a lease that another has taken is not renewed", async () => {
  const operation = await begun();
  await whileHeld(world.ctx, operation, HOLDER, async () => {
    // Its holder may renew it between the expiry and the taking.
    const takeExpired = async () => {
      await world.db.update(operations).set({ leaseUntil: sql`clearway_now()` });
      return take(operation.id);
    };
    await expect.poll(takeExpired).toMatchObject({ workerId: OTHER.id, fence: 2 });
    const { leaseUntil } = await stored(operation.id);
    await sleep(2_500);
    expect((await stored(operation.id)).leaseUntil).toEqual(leaseUntil);
  });
});
