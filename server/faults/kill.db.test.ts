import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operations, slots } from "@/db/schema";
import { createFaultyWorld, type FaultyWorld } from "./testing/faulty-world";
import { breachesOf } from "./testing/invariants";
import { bundle, type Program, startWorker } from "./testing/worker-process";

const TIMEOUT_MS = 120_000;

const merge = (world: FaultyWorld) => world.mergeInWaiting("change");
const deployment = (world: FaultyWorld) => world.deploymentInWaiting();
const MERGED = ["merge"];
const INSTALLED = ["health_check", "install"];

/** Where the worker dies, in what state that leaves the promotion, and the effects there must be in the end, each once. */
const CASES: [string, string, (world: FaultyWorld) => Promise<string>, string, string[]][] = [
  ["a merge that is claimed", "K3", merge, "executing", MERGED],
  ["a merge that only git knows of", "K5", merge, "executing", MERGED],
  ["a merge that is confirmed, its sequel still to do", "K7", merge, "succeeded", MERGED],
  ["a deployment that is claimed", "K3", deployment, "executing", INSTALLED],
  ["a deployment that is about to be sent", "K4", deployment, "executing", INSTALLED],
  ["a deployment that only the slot host knows of", "K5", deployment, "executing", INSTALLED],
  ["a deployment that is being verified", "K9", deployment, "verifying", INSTALLED],
];

let faulty: Program;
beforeAll(async () => {
  faulty = await bundle({ faults: true });
});
afterAll(() => faulty.remove());

// One after the other: what waits for approval was built by this process, which runs few pipeline jobs at once.
let preparation: Promise<unknown> = Promise.resolve();
function prepare(inWaiting: (world: FaultyWorld) => Promise<string>) {
  const prepared = preparation.then(async () => {
    const world = await createFaultyWorld();
    await world.begin();
    return { world, id: await inWaiting(world) };
  });
  preparation = prepared.catch(() => undefined);
  return prepared;
}

describe.concurrent("a worker is killed, another one finishes: nothing is lost, nothing is done twice", () => {
  test.for(CASES)(
    "%s, killed at %s",
    { timeout: TIMEOUT_MS },
    async ([, point, inWaiting, left, effects]) => {
      const { world, id } = await prepare(inWaiting);
      try {
        await world.approveForReal(world.staff.peer, id);
        const doomed = startWorker(faulty, world, point);
        expect(await doomed.ended, doomed.output()).toBe("SIGKILL");
        expect(await world.stateOf(id)).toBe(left);

        const rescuer = startWorker(faulty, world);
        await world.untilQuiet().finally(rescuer.stop);

        expect(await world.stateOf(id)).toBe("succeeded");
        expect(await breachesOf(world.evidence)).toEqual([]);
        const done = await world.db.select().from(operations).where(eq(operations.promotionId, id));
        expect(done.map((one) => `${one.kind} ${one.state}`).sort()).toEqual(
          effects.map((effect) => `${effect} confirmed`),
        );
        // What follows a merge by itself has followed: Dev runs it.
        const [dev] = await world.db.select().from(slots).where(eq(slots.id, world.slots.devApi.id));
        expect(dev?.currentDeploymentId).not.toBeNull();
      } finally {
        await world.stop();
      }
    },
  );
});
