import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFaultyWorld } from "./testing/faulty-world";
import { checkInvariants } from "./testing/invariants";
import { bundle, type Program, startWorker } from "./testing/processes";

let released: Program;
beforeAll(async () => {
  released = await bundle({ faults: false });
});
afterAll(() => released.remove());

test("a worker that could not learn its tasks when it began finds them later", {
  timeout: 300_000,
}, async () => {
  const world = await createFaultyWorld();
  try {
    await world.begin();
    const id = await world.mergeInWaiting("change");
    const { $client: database } = world.db;
    // As if the database went away at that very moment, for the first look only: putting a job in the queue succeeds.
    await database.query(`
      create function refuse_once() returns trigger language plpgsql as $$ begin raise exception 'gone'; end $$;
      create trigger refuse_once before insert on graphile_worker._private_tasks
        for each row when (new.identifier = 'promotions.evaluate') execute function refuse_once()`);
    const began = new Date();
    const worker = startWorker(released, world);
    await world.untilAtWork(began);
    // Its hands have looked by then; the queue remembers for good how the first look ended.
    await sleep(1_500);
    await database.query("drop function refuse_once cascade");
    await world.approveForReal(world.staff.peer, id);
    await world.untilQuiet().finally(worker.stop);
    expect(await world.stateOf(id)).toBe("succeeded");
    expect(await checkInvariants(world.evidence)).toEqual([]);
  } finally {
    await world.stop();
  }
});
