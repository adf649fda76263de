import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { operations, promotions } from "@/db/schema";
import { enqueueJob } from "@/server/queue/enqueue";
import { setRunner } from "@/server/settings/commands";
import { createFaultyWorld } from "./testing/faulty-world";
import { checkInvariants } from "./testing/invariants";
import { bundle, type Program, startWorker } from "./testing/processes";

const TIMEOUT_MS = 120_000;
const EACH = 10;

let released: Program;
beforeAll(async () => {
  released = await bundle({ faults: false });
});
afterAll(() => released.remove());

test("two workers race for twenty promotions, each queued twice: each is done once", {
  timeout: TIMEOUT_MS,
}, async () => {
  const world = await createFaultyWorld();
  try {
    await world.begin();
    const deployments = await world.deploymentsInWaiting(EACH);
    await setRunner(world.as(world.staff.admin), { isEnabled: false });
    await world.mergeWithoutChecks();
    const merges: string[] = [];
    for (let n = 0; n < EACH; n++) merges.push(await world.mergeInWaiting(`change-${n}`));
    const all = [...merges, ...deployments];
    for (const id of all) await world.approveForReal(world.staff.peer, id);
    await world.db.transaction(async (tx) => {
      for (const id of all)
        await enqueueJob(tx, "promotions.execute", { promotionId: id }, { key: `again:${id}` });
    });

    const racers = [startWorker(released, world), startWorker(released, world)];
    await world.untilQuiet().finally(() => Promise.all(racers.map((racer) => racer.stop())));

    const rows = await world.db.select().from(promotions);
    expect(rows.filter((row) => all.includes(row.id)).map((row) => row.state)).toEqual(
      all.map(() => "succeeded"),
    );
    const effects = await world.db.select().from(operations);
    const done = effects.filter((one) => all.includes(one.promotionId) && one.state === "confirmed");
    expect(done.filter((one) => one.kind === "merge")).toHaveLength(EACH);
    expect(done.filter((one) => one.kind === "install")).toHaveLength(EACH);
    expect(await checkInvariants(world.evidence)).toEqual([]);
  } finally {
    await world.stop();
  }
});

test("the released program has no fault points in it, and is not killed by their names", {
  timeout: TIMEOUT_MS,
}, async () => {
  const faulty = await bundle({ faults: true });
  expect(traces(faulty)).not.toEqual([]);
  faulty.remove();
  expect(traces(released)).toEqual([]);

  const world = await createFaultyWorld();
  try {
    await world.begin();
    const id = await world.mergeInWaiting("change");
    await world.approveForReal(world.staff.peer, id);
    const worker = startWorker(released, world, "K1,K2,K3,K4,K5,K6,K7,K8,K9,K10");
    await world.untilQuiet().finally(worker.stop);
    expect(await world.stateOf(id)).toBe("succeeded");
    expect(await worker.ended).toBe(0);
  } finally {
    await world.stop();
  }
});

/** Calls of fault points, their names, and what reads the variable. */
function traces({ file, name }: Program): string[] {
  const parts = path.join(path.dirname(file), name);
  const modules = [file, ...readdirSync(parts).map((part) => path.join(parts, part))];
  return modules
    .filter((one) => one.endsWith(".mjs"))
    .flatMap((one) => readFileSync(one, "utf8").match(/failpoint\(|\.failpoints\b|"K\d+"/g) ?? []);
}
