import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { slots } from "@/db/schema";
import { audited } from "@/db/testing/given";
import { requestDeployment } from "../promotions/request";
import { createWorld, type World } from "../promotions/testing/engine-world";
import { followDeployment } from "./follow";

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await world.begin();
}, 60_000);
afterAll(() => world.stop());

test("a verified deployment wakes what waits for its release, however many others wait before it", async () => {
  await world.mergeFeature("one", { one: "1" });
  const release = await world.liveRelease();
  const [dev] = await world.db.select().from(slots).where(eq(slots.id, world.slots.devApi.id));
  // 250 older ones that wait for releases of their own.
  await audited(world.db, async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`);
    await tx.execute(sql`
      insert into promotions (id, kind, title, product_id, repository_id, environment_id, slot_id, release_id, expires_at)
      select gen_random_uuid(), 'deploy', 'other', product_id, repository_id, ${world.slots.prodApi.environmentId}::uuid,
        ${world.slots.prodApi.id}::uuid, ${randomUUID()}::uuid, now() + interval '1 day'
      from promotions p, generate_series(1, 250) where p.kind = 'merge' and p.state = 'succeeded'`);
  });
  const branch = "feature/2026.21/PAY-1-two";
  await world.commit(branch, { two: "2" }, world.staff.author, "sprint/2026.21");
  const indifferent = await world.open(world.staff.author, branch, "sprint/2026.21");
  const verified = await world.open(world.staff.lead, "sprint/2026.21", "master");
  const [asked] = await requestDeployment(world.as(world.staff.lead), {
    releaseId: release.id,
    slotIds: [world.slots.acmeVm.id],
  });
  const deployment = await world.find(asked?.number ?? 0);
  world.jobs.length = 0;
  await followDeployment(world.ctx, { deploymentId: dev?.currentDeploymentId ?? "" });
  const woken = world.jobs.filter((job) => job.task === "promotions.evaluate");
  expect(woken.map((job) => job.payload.promotionId)).toEqual([verified.promotion.id, deployment.id]);
  expect(woken.map((job) => job.payload.promotionId)).not.toContain(indifferent.promotion.id);
});
