import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { components, environments, slots } from "@/db/schema";
import { retireComponent } from "../components/commands";
import { mergeGates } from "./gates-merge";
import { createWorld, type World } from "./testing/engine-world";

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await world.begin();
});
afterAll(() => world.stop());

/** What the gate of a merge says of this tree, where it asks that it was verified in development. */
async function verifiedGate(treeOid: string) {
  const rules = { ...world.policies.peer.rules, requiresChecks: false, verifiedIn: ["dev"] };
  const facts = {
    closed: null,
    sourceBranch: "sprint/2026.21",
    targetBranch: "master",
    commits: [],
    own: [],
    unknownContributors: [],
    merge: { treeOid, commitSha: null, conflicts: [] },
    isUpToDate: true,
  };
  const gates = await mergeGates(world.db, world.repository.id, rules, facts, true);
  return gates.find(({ key }) => key === "verified_in");
}

test("what is verified is asked of slots in use: a retired component stands in no merge's way, and in none for all", async () => {
  const installed = await world.db
    .select({ id: components.id, slotId: slots.id })
    .from(slots)
    .innerJoin(components, eq(components.id, slots.componentId))
    .innerJoin(environments, eq(environments.id, slots.environmentId))
    .where(and(eq(components.repositoryId, world.repository.id), eq(environments.key, "dev")));
  const asked = async () => (await verifiedGate("0".repeat(40)))?.facts as { environments: unknown[] };
  expect((await asked()).environments).toHaveLength(installed.length);
  const [first, ...others] = installed;
  await retireComponent(world.as(world.staff.admin), { componentId: first?.id ?? "" });
  expect((await asked()).environments).toHaveLength(installed.length - 1);
  for (const { id } of others) await retireComponent(world.as(world.staff.admin), { componentId: id });
  expect(await verifiedGate("0".repeat(40))).toMatchObject({
    status: "fail",
    detail: "Nothing is installed in Dev.",
  });
});
