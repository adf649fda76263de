import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { environments, promotions } from "@/db/schema";
import { createWorld, type World } from "../promotions/testing/engine-world";
import { editEnvironment } from "./commands";

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await world.begin();
});
afterAll(() => world.stop());

test("the slot host does not change under a deployment that still has to be read back there", async () => {
  const dev = await world.db.query.environments.findFirst({ where: eq(environments.key, "dev") });
  if (!dev) throw new Error("there is no such environment");
  world.faults.failBeforeEffect = "error";
  await world.mergeFeature("one", { one: "1" });
  const stuck = await world.db.select().from(promotions).where(eq(promotions.state, "unknown"));
  expect(stuck.map(({ environmentId }) => environmentId)).toContain(dev.id);
  const edit = (over: { name?: string; slotHostUrl?: string }) =>
    editEnvironment(world.as(world.staff.admin), {
      environmentId: dev.id,
      name: dev.name,
      slotHostUrl: dev.slotHostUrl,
      ...over,
    });
  const elsewhere = "http://127.0.0.1:9";
  await expect(edit({ slotHostUrl: elsewhere })).rejects.toMatchObject({ code: "SLOT_BUSY" });
  await edit({ name: "Development" });
  const now = await world.db.query.environments.findFirst({ where: eq(environments.id, dev.id) });
  expect(now).toMatchObject({ name: "Development", slotHostUrl: dev.slotHostUrl });
});
