import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import { operations, promotions } from "@/db/schema";
import { setRunner } from "@/server/settings/commands";
import { createFaultyWorld } from "./testing/faulty-world";
import { checkInvariants } from "./testing/invariants";
import {
  bundle,
  bundleDesk,
  type Desk,
  type Program,
  type Spawned,
  startDesk,
  startWorker,
} from "./testing/processes";
import { chance } from "./testing/rounds";

/** 500 promotions in all. */
const BURSTS = 10;
const MERGES = 30;
const DEPLOYMENTS = 20;
/** A process takes a second or two to begin; killed much sooner, none would ever do anything. */
const KILL_EVERY_MS = [1_000, 3_000] as const;
const PATIENCE_MS = 240_000;
const TIMEOUT_MS = 30 * 60_000;

let released: Program;
let desks: Program;
beforeAll(async () => {
  [released, desks] = await Promise.all([bundle({ faults: false }), bundleDesk()]);
});
afterAll(() => {
  released.remove();
  desks.remove();
});

/** Keeps two of a kind running while somebody kills one of them every now and then, and starts it again. */
function kept<T extends Spawned>(start: () => Promise<T>) {
  const running: Promise<T>[] = [start(), start()];
  return {
    one: (index: number): Promise<T> => running[index % 2] ?? start(),
    kill: async (index: number) => {
      const victim = await running[index];
      running[index] = start();
      victim?.kill("SIGKILL");
      await victim?.ended;
    },
    stop: async () => {
      await Promise.all((await Promise.all(running)).map((one) => one.stop()));
    },
  };
}

test("two workers and two desks are killed at random in bursts of work: nothing is lost, nothing is done twice", {
  timeout: TIMEOUT_MS,
}, async () => {
  const random = chance("random kills");
  let kills = 0;
  for (let burst = 1; burst <= BURSTS; burst++) {
    const world = await createFaultyWorld();
    try {
      await world.begin();
      const deployments = await world.deploymentsInWaiting(DEPLOYMENTS);
      await setRunner(world.as(world.staff.admin), { isEnabled: false });
      await world.mergeWithoutChecks();
      const all = [...deployments];
      for (let n = 0; n < MERGES; n++) all.push(await world.mergeInWaiting(`change-${n}`));
      const ballots = await Promise.all(all.map((id) => world.ballotOf(id)));
      const token = await world.tokenOf(world.staff.peer);

      onTestFailed(() =>
        console.error(world.outputs.map((output, n) => `${n}: ${output().slice(-1500)}`).join("\n---\n")),
      );
      const workers = kept(async () => startWorker(released, world));
      const fronts = kept<Desk>(() => startDesk(desks, world));
      let isBurst = true;
      const nemesis = (async () => {
        while (isBurst) {
          await sleep(random.between(...KILL_EVERY_MS));
          await random.pick([workers, fronts]).kill(random.between(0, 1));
          kills++;
        }
      })();
      for (const [index, ballot] of ballots.entries()) {
        // Whoever gets no answer asks again, at another desk.
        for (let tries = index; ; tries++) {
          const desk = await fronts.one(tries);
          const answer = await desk.ask(token, "promotions.vote", ballot).catch(() => null);
          if (answer) world.answers.push(answer.text);
          if (answer?.status === 200) {
            const { promotionId } = ballot;
            world.acknowledged.push({ promotionId, personId: world.staff.peer.personId });
          }
          if (answer && answer.status !== 503) {
            expect([200, 409]).toContain(answer.status);
            break;
          }
          await sleep(50);
        }
      }
      await sleep(random.between(0, 2_000));
      isBurst = false;
      await nemesis;
      await world.untilQuiet(PATIENCE_MS);
      await Promise.all([workers.stop(), fronts.stop()]);

      const rows = (await world.db.select().from(promotions)).filter((row) => all.includes(row.id));
      expect(rows.map((row) => row.state)).toEqual(all.map(() => "succeeded"));
      const effects = (await world.db.select().from(operations)).filter(
        (one) => all.includes(one.promotionId) && one.state === "confirmed" && one.kind !== "health_check",
      );
      expect(effects).toHaveLength(all.length);
      expect(await checkInvariants(world.evidence)).toEqual([]);
    } finally {
      await world.stop();
    }
  }
  console.info(`${kills} kills, ${BURSTS * (MERGES + DEPLOYMENTS)} promotions, none lost, none done twice.`);
});
