import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { operations, promotions } from "@/db/schema";
import { enqueueJob } from "@/server/queue/enqueue";
import { setRunner } from "@/server/settings/commands";
import { createFaultyWorld } from "./testing/faulty-world";
import { checkInvariants } from "./testing/invariants";
import {
  type Answer,
  bundle,
  bundleDesk,
  insist,
  type Program,
  startDesk,
  startWorker,
} from "./testing/processes";
import { rounds } from "./testing/rounds";

const TIMEOUT_MS = 600_000;
/** Of each kind, in one round. */
const EACH = 20;
const PAIRS = 8;
const ROUNDS = Array.from({ length: rounds(1, 25) }, (_, round) => round + 1);

let released: Program;
let desk: Program;
beforeAll(async () => {
  [released, desk] = await Promise.all([bundle({ faults: false }), bundleDesk()]);
});
afterAll(() => {
  released.remove();
  desk.remove();
});

/** How many times each answer was given: "200", "409 ALREADY_VOTED". */
function tally(answers: Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, refusal } of answers) {
    const key = refusal === null ? String(status) : `${status} ${refusal}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

test.for(ROUNDS)(
  "two people at two processes and two workers race for forty promotions, round %i: each is done once",
  { timeout: TIMEOUT_MS },
  async () => {
    const world = await createFaultyWorld();
    try {
      await world.begin();
      const deployments = await world.deploymentsInWaiting(EACH);
      await setRunner(world.as(world.staff.admin), { isEnabled: false });
      await world.mergeWithoutChecks();
      const merges: string[] = [];
      for (let n = 0; n < EACH; n++) merges.push(await world.mergeInWaiting(`change-${n}`));
      const all = [...merges, ...deployments];
      const ballots = await Promise.all(all.map((id) => world.ballotOf(id)));
      const voters = [world.staff.peer, world.staff.second];
      const tokens = await Promise.all(voters.map((voter) => world.tokenOf(voter)));
      const desks = await Promise.all([startDesk(desk, world), startDesk(desk, world)]);
      const racers = [startWorker(released, world), startWorker(released, world)];

      const given = await Promise.all(
        ballots.flatMap((ballot) =>
          desks.flatMap(({ ask }) =>
            tokens.map(async (token, index) => ({
              ballot,
              voter: voters[index],
              answer: await insist(() => ask(token, "promotions.vote", ballot)),
            })),
          ),
        ),
      );
      // Each queued a second time, as a sweeper of another process would.
      await world.db.transaction(async (tx) => {
        for (const id of all)
          await enqueueJob(tx, "promotions.execute", { promotionId: id }, { key: `again:${id}` });
      });
      const won = given.filter(({ answer }) => answer.status === 200);
      for (const { ballot, voter } of won) {
        world.acknowledged.push({ promotionId: ballot.promotionId, personId: voter?.personId ?? "" });
      }
      world.answers.push(...given.map(({ answer }) => answer.text));
      expect(won).toHaveLength(all.length);
      const lost = tally(given.filter((one) => !won.includes(one)).map(({ answer }) => answer));
      const told = /^409 (ALREADY_VOTED|APPROVAL_CLOSED)$/;
      expect(Object.keys(lost).filter((key) => !told.test(key))).toEqual([]);

      await world.untilQuiet();
      await Promise.all([...racers, ...desks].map((one) => one.stop()));
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
  },
);

test.for(ROUNDS)(
  "two people at two processes ask for the same at once, round %i: one stands, the others are told so",
  { timeout: TIMEOUT_MS },
  async () => {
    const world = await createFaultyWorld();
    try {
      await world.begin();
      const releaseId = await world.releaseInDev("release", { release: "1" });
      const slotIds = await world.uatSlots(PAIRS);
      const branches: string[] = [];
      for (let n = 0; n < PAIRS; n++) {
        const branch = `feature/2026.21/PAY-1-twice-${n}`;
        await world.commit(branch, { [`twice-${n}`]: "1" }, world.staff.author, "sprint/2026.21");
        branches.push(branch);
      }
      const askers = [world.staff.lead, world.staff.second];
      const tokens = await Promise.all(askers.map((asker) => world.tokenOf(asker)));
      const desks = await Promise.all([startDesk(desk, world), startDesk(desk, world)]);
      const atOnce = (inputs: [string, unknown][]) =>
        Promise.all(
          inputs.flatMap(([procedure, input]) =>
            desks.flatMap(({ ask }) => tokens.map((token) => insist(() => ask(token, procedure, input)))),
          ),
        );
      const opened = await atOnce(
        branches.map((sourceBranch) => [
          "pullRequests.open",
          {
            repositoryKey: world.repository.key,
            sourceBranch,
            targetBranch: "sprint/2026.21",
            title: sourceBranch,
            description: "",
          },
        ]),
      );
      expect(tally(opened)).toEqual({ 200: PAIRS, "409 CONFLICT": 3 * PAIRS });

      const requested = await atOnce(
        slotIds.map((slotId) => ["promotions.requestDeployment", { releaseId, slotIds: [slotId] }]),
      );
      expect(tally(requested)).toEqual({ 200: PAIRS, "409 CONFLICT": 3 * PAIRS });
      const worker = startWorker(released, world);
      await world.untilQuiet();
      await Promise.all([...desks, worker].map((one) => one.stop()));
      const rows = (await world.db.select().from(promotions)).filter((row) => row.slotId !== null);
      for (const slotId of slotIds) {
        const states = rows.filter((row) => row.slotId === slotId).map((row) => row.state);
        expect(states).toEqual(["awaiting_approval"]);
      }
      world.answers.push(...[...opened, ...requested].map(({ text }) => text));
      expect(await checkInvariants(world.evidence)).toEqual([]);
    } finally {
      await world.stop();
    }
  },
);

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
