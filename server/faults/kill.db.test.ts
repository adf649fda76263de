import { utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operations, slots, votes } from "@/db/schema";
import { createFaultyWorlds, type FaultyWorld } from "./testing/faulty-world";
import { checkInvariants } from "./testing/invariants";
import {
  bundle,
  bundleDesk,
  insist,
  LEASE_SECONDS,
  type Program,
  startDesk,
  startWorker,
} from "./testing/processes";
import { rounds } from "./testing/rounds";

const TIMEOUT_MS = 600_000;
/** After its lease: a dead worker's lock in the queue is freed four seconds after it was taken, by sweeps two apart. */
const TAKEOVER_SECONDS = LEASE_SECONDS + 15;

const merge = (world: FaultyWorld) => world.mergeInWaiting("change");
const deployment = (world: FaultyWorld) => world.deploymentInWaiting();
const failure = (world: FaultyWorld) => world.failureInWaiting();
const MERGED = ["merge confirmed"];
const INSTALLED = ["health_check confirmed", "install confirmed"];
const ROLLED_BACK = ["health_check refused", "install confirmed"];

type Case = {
  what: string;
  /** One worker after the other dies at these. */
  points: string[];
  inWaiting: (world: FaultyWorld) => Promise<string>;
  /** In what state the last of them leaves the promotion. */
  left: string;
  /** How it ends, and with what effects, each once. */
  ends?: "succeeded" | "rolled_back";
  effects: string[];
};

const CASES: Case[] = [
  { what: "a merge that is claimed", points: ["K3"], inWaiting: merge, left: "executing", effects: MERGED },
  {
    what: "a merge that is about to be done",
    points: ["K4"],
    inWaiting: merge,
    left: "executing",
    effects: MERGED,
  },
  {
    what: "a merge that only git knows of",
    points: ["K5"],
    inWaiting: merge,
    left: "executing",
    effects: MERGED,
  },
  {
    what: "a merge that was read back",
    points: ["K6"],
    inWaiting: merge,
    left: "executing",
    effects: MERGED,
  },
  {
    what: "a merge that is confirmed, its sequel still to do",
    points: ["K7"],
    inWaiting: merge,
    left: "succeeded",
    effects: MERGED,
  },
  {
    what: "a merge, again and again on its way",
    points: ["K3", "K4", "K5", "K8", "K7"],
    inWaiting: merge,
    left: "succeeded",
    effects: MERGED,
  },
  {
    what: "a deployment that is claimed",
    points: ["K3"],
    inWaiting: deployment,
    left: "executing",
    effects: INSTALLED,
  },
  {
    what: "a deployment that is about to be sent",
    points: ["K4"],
    inWaiting: deployment,
    left: "executing",
    effects: INSTALLED,
  },
  {
    what: "a deployment that only the slot host knows of",
    points: ["K5"],
    inWaiting: deployment,
    left: "executing",
    effects: INSTALLED,
  },
  {
    what: "a deployment whose answer was read",
    points: ["K6"],
    inWaiting: deployment,
    left: "executing",
    effects: INSTALLED,
  },
  {
    what: "a deployment that is being verified",
    points: ["K9"],
    inWaiting: deployment,
    left: "verifying",
    effects: INSTALLED,
  },
  {
    what: "a deployment that is live, its sequel still to do",
    points: ["K7"],
    inWaiting: deployment,
    left: "succeeded",
    effects: INSTALLED,
  },
  {
    what: "a deployment, again and again on its way",
    points: ["K3", "K4", "K5", "K8", "K9", "K7"],
    inWaiting: deployment,
    left: "succeeded",
    effects: INSTALLED,
  },
  ...["K10", "K4:2", "K5:2", "K6:2", "K9:3"].map((point) => ({
    what: "a rollback by itself",
    points: [point],
    inWaiting: failure,
    left: "rolling_back",
    ends: "rolled_back" as const,
    effects: ROLLED_BACK,
  })),
  {
    what: "a rollback, again and again on its way",
    points: ["K10", "K10", "K5", "K8", "K9"],
    inWaiting: failure,
    left: "rolling_back",
    ends: "rolled_back",
    effects: ROLLED_BACK,
  },
];

const deploymentForTwo = (world: FaultyWorld) => world.deploymentInWaiting({ approvals: [TWO_PEERS] });
const TWO_PEERS = {
  key: "peers",
  name: "Peers",
  roles: ["developer" as const, "tech_lead" as const],
  minimum: 2,
};

const NIGHTLY_ROUNDS = 7;
const ALL = CASES.flatMap((one) =>
  Array.from({ length: rounds(1, NIGHTLY_ROUNDS) }, (_, round) => ({ ...one, round: round + 1 })),
);

let faulty: Program;
let desk: Program;
beforeAll(async () => {
  [faulty, desk] = await Promise.all([bundle({ faults: true }), bundleDesk()]);
});
afterAll(async () => {
  faulty.remove();
  desk.remove();
  for (const worlds of prepared.values()) await worlds.remove();
});

// One after the other: what waits for approval was built by this process, which runs few pipeline jobs at once.
let preparation: Promise<unknown> = Promise.resolve();
const prepared = new Map<
  (world: FaultyWorld) => Promise<string>,
  ReturnType<typeof createFaultyWorlds<string>>
>();
/** A world of its own in which that waits. */
function prepare(inWaiting: (world: FaultyWorld) => Promise<string>) {
  const worlds =
    prepared.get(inWaiting) ??
    createFaultyWorlds(async (world) => {
      const begun = preparation.then(async () => {
        await world.begin();
        return inWaiting(world);
      });
      preparation = begun.catch(() => undefined);
      return begun;
    });
  prepared.set(inWaiting, worlds);
  return worlds.next();
}

async function killAt(world: FaultyWorld, point: string): Promise<void> {
  const doomed = startWorker(faulty, world, point);
  expect(await doomed.ended, doomed.output()).toBe("SIGKILL");
}

describe.concurrent("a worker is killed, another one finishes: nothing is lost, nothing is done twice", () => {
  test.for(ALL)(
    "$what, killed at $points, round $round",
    { timeout: TIMEOUT_MS },
    async ({ points, inWaiting, left, ends = "succeeded", effects }) => {
      const { world, it: id } = await prepare(inWaiting);
      try {
        await world.approveForReal(world.staff.peer, id);
        for (const point of points) await killAt(world, point);
        // What the preparation still had to do may have passed the last point first.
        for (let again = 0; again < 2 && (await world.stateOf(id)) !== left; again++) {
          await killAt(world, points.at(-1) ?? "");
        }
        expect(await world.stateOf(id)).toBe(left);

        const leftBehind = await world.leftBehind();
        const killedAt = new Date();
        const rescuer = startWorker(faulty, world);
        // How long a process takes to start is the machine's matter.
        await world.untilAtWork(killedAt);
        const atWork = performance.now();
        await world.untilTakenUp(id, left, leftBehind).finally(() => {
          world.recoveries.push({
            fault: `a kill at ${points.at(-1)}`,
            seconds: (performance.now() - atWork) / 1000,
            limit: TAKEOVER_SECONDS,
          });
        });
        await world.untilQuiet().finally(rescuer.stop);

        expect(await world.stateOf(id)).toBe(ends);
        expect(await checkInvariants(world.evidence)).toEqual([]);
        const done = await world.db.select().from(operations).where(eq(operations.promotionId, id));
        expect(done.map((one) => `${one.kind} ${one.state}`).sort()).toEqual(effects);
        // What follows a merge by itself has followed: Dev runs it.
        const [dev] = await world.db.select().from(slots).where(eq(slots.id, world.slots.devApi.id));
        expect(dev?.currentDeploymentId).not.toBeNull();
      } finally {
        await world.stop();
      }
    },
  );
});

test("a lock that a killed git has left on the target holds up no merge for long", {
  timeout: TIMEOUT_MS,
}, async () => {
  const { world, it: id } = await prepare(merge);
  try {
    const lock = path.join(world.directory, "refs/heads/sprint/2026.21.lock");
    writeFileSync(lock, "");
    const long = Date.now() / 1000 - 120;
    utimesSync(lock, long, long);
    await world.approveForReal(world.staff.peer, id);
    const worker = startWorker(faulty, world);
    await world.untilQuiet().finally(worker.stop);
    expect(await world.stateOf(id)).toBe("succeeded");
    expect(worker.output()).toContain("sprint/2026.21.lock");
    expect(await checkInvariants(world.evidence)).toEqual([]);
  } finally {
    await world.stop();
  }
});

describe.concurrent("a process is killed between a vote and its answer: the vote stands, once", () => {
  const both = Array.from({ length: rounds(2, 20) }, (_, round) => round + 1);

  test.for(both)("K1, then K2, round %i", { timeout: TIMEOUT_MS }, async () => {
    const { world, it: id } = await prepare(deploymentForTwo);
    try {
      const ballot = await world.ballotOf(id);
      for (const [point, voter, state] of [
        ["K1", world.staff.peer, "awaiting_approval"],
        ["K2", world.staff.second, "ready"],
      ] as const) {
        const token = await world.tokenOf(voter);
        const doomed = await startDesk(desk, world, point);
        await expect(insist(() => doomed.ask(token, "promotions.vote", ballot))).rejects.toThrow("no answer");
        expect(await doomed.ended).toBe("SIGKILL");
        expect(await world.stateOf(id)).toBe(state);
        const mine = await world.db.select().from(votes).where(eq(votes.personId, voter.personId));
        expect(mine.filter((vote) => vote.promotionId === id)).toHaveLength(1);
        world.acknowledged.push({ promotionId: id, personId: voter.personId });

        // Whoever got no answer asks again, and is told in words.
        const next = await startDesk(desk, world);
        const again = await insist(() => next.ask(token, "promotions.vote", ballot));
        world.answers.push(again.text);
        expect([again.status, again.refusal]).toEqual(
          state === "ready" ? [409, "APPROVAL_CLOSED"] : [409, "ALREADY_VOTED"],
        );
        await next.stop();
      }
      const worker = startWorker(faulty, world);
      await world.untilQuiet().finally(worker.stop);
      expect(await world.stateOf(id)).toBe("succeeded");
      expect(await checkInvariants(world.evidence)).toEqual([]);
    } finally {
      await world.stop();
    }
  });
});
