import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { audited } from "@/db/testing/given";
import { sweepPromotions } from "./sweep";
import { createWorld, type World } from "./testing/engine-world";

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await world.begin();
});
afterAll(() => world.stop());

test("promotions at closed gates take turns, once a round", async () => {
  const opened: string[] = [];
  for (const slug of ["a", "b", "c"]) {
    const branch = `feature/2026.21/PAY-1-${slug}`;
    await world.commit(branch, { [slug]: slug }, world.staff.author, "sprint/2026.21");
    opened.push((await world.open(world.staff.author, branch, "sprint/2026.21")).promotion.id);
  }
  await audited(world.db, (tx) =>
    tx.execute(sql`update promotions set version = version + 1, updated_at = now() - interval '1 hour'`),
  );
  const round = { size: 2, nextAt: 0, after: 0 };
  const sweep = async () => {
    world.jobs.length = 0;
    await sweepPromotions(world.ctx, round);
    return world.jobs.map((job) => job.payload.promotionId);
  };
  expect(await sweep()).toEqual(opened.slice(0, 2));
  expect(await sweep()).toEqual([]);
  round.nextAt = 0;
  expect(await sweep()).toEqual(opened.slice(2));
  round.nextAt = 0;
  expect(await sweep()).toEqual(opened.slice(0, 2));
});
