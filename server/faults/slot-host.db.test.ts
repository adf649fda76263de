import { eq, sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { environments, operations, promotions } from "@/db/schema";
import { audited } from "@/db/testing/given";
import { systemActor } from "@/domain/people/actor";
import { vote } from "@/server/promotions/commands";
import { executePromotion } from "@/server/promotions/execute";
import { resolvePromotion } from "@/server/promotions/resolve";
import { HANDLERS } from "@/server/queue/handlers";
import type { TaskName } from "@/server/queue/tasks";
import { setRunner } from "@/server/settings/commands";
import {
  type BadSlotHost,
  type Befalls,
  type Fault,
  type Route,
  startBadSlotHost,
} from "./testing/bad-slot-host";
import { createFaultyWorlds, type FaultyWorld } from "./testing/faulty-world";
import { checkInvariants } from "./testing/invariants";
import { bundle, type Program, startWorker } from "./testing/processes";

const TIMEOUT_MS = 600_000;
const ONCE_LOST: Befalls = { route: "deploy", fault: "reset after the effect", times: 1 };

const HELD_UP: Befalls = { route: "deploy", fault: "does it when nobody waits any more", times: 1 };

/** How long a host that asks for so much is left alone, in seconds: never less than our own pace, or more than an hour. */
const LEFT_ALONE: Partial<Record<Fault, { least: number; most: number }>> = {
  "429 with Retry-After": { least: 30, most: 30 },
  "429 with Retry-After of a second": { least: 5, most: 30 },
  "429 with Retry-After of an hour": { least: 3_600, most: 3_600 },
  "429 with Retry-After of a year": { least: 3_600, most: 3_600 },
};

/**
 * What stands at first, while the host misbehaves, and in the end, when it behaves again. "unknown": people see that it
 * is being found out, and it settles by itself. "needs_human": no proof either way, so nothing is rolled back.
 */
type Cell = { on: Route | "rollback"; fault: Fault; befalls: Befalls[]; first: string; ends: string };

const deploy = (fault: Fault, first: string): Cell => ({
  on: "deploy",
  fault,
  befalls: [{ route: "deploy", fault }],
  first,
  ends: "succeeded",
});
/** The answer to the order is lost, and then the read-back goes wrong. */
const status = (fault: Fault, first: string): Cell => ({
  on: "status",
  fault,
  befalls: [ONCE_LOST, { route: "status", fault }],
  first,
  ends: "succeeded",
});
const health = (fault: Fault, ends: string): Cell => ({
  on: "health",
  fault,
  befalls: [{ route: "health", fault }],
  first: ends,
  ends,
});
/** The second order: what failed, and the way back. */
const rollback = (fault: Fault, first: string): Cell => ({
  on: "rollback",
  fault,
  befalls: [{ route: "deploy", fault, from: 2 }],
  first,
  ends: "rolled_back",
});

const CELLS: Cell[] = [
  deploy("answers late", "succeeded"),
  deploy("never answers", "unknown"),
  deploy("answers when nobody listens any more", "succeeded"),
  // Each time it is asked, until the end: how often that is by then is the machine's matter.
  deploy("does it when nobody waits any more", "unknown"),
  deploy("answers a byte at a time", "succeeded"),
  deploy("502 before the effect", "unknown"),
  deploy("502 after the effect", "succeeded"),
  deploy("reset before the effect", "unknown"),
  deploy("reset after the effect", "succeeded"),
  deploy("asks the host twice", "succeeded"),
  deploy("answers twice in one", "succeeded"),
  deploy("answers half", "succeeded"),
  deploy("200 with an error in it", "unknown"),
  deploy("429 with Retry-After", "unknown"),
  deploy("429 with Retry-After of a second", "unknown"),
  deploy("429 with Retry-After of an hour", "unknown"),
  deploy("429 with Retry-After of a year", "unknown"),
  deploy("500", "unknown"),
  deploy("an endless answer", "succeeded"),
  deploy("a redirect elsewhere", "unknown"),
  deploy("an old answer", "succeeded"),
  status("answers late", "succeeded"),
  status("never answers", "unknown"),
  status("answers a byte at a time", "unknown"),
  status("502 before the effect", "unknown"),
  status("reset before the effect", "unknown"),
  status("answers twice in one", "unknown"),
  status("answers half", "unknown"),
  status("200 with an error in it", "unknown"),
  status("429 with Retry-After", "unknown"),
  status("500", "unknown"),
  status("an endless answer", "unknown"),
  status("a redirect elsewhere", "unknown"),
  // It is asked to install once more, and has done so already.
  status("an old answer", "succeeded"),
  health("answers late", "succeeded"),
  health("never answers", "needs_human"),
  health("answers a byte at a time", "needs_human"),
  health("502 before the effect", "needs_human"),
  health("reset before the effect", "needs_human"),
  health("answers half", "needs_human"),
  health("200 with an error in it", "needs_human"),
  health("429 with Retry-After", "needs_human"),
  health("an endless answer", "needs_human"),
  health("a redirect elsewhere", "needs_human"),
  health("an old answer", "needs_human"),
  // The service itself says so, as often as it is asked: that is a proof.
  { ...health("500", "rolled_back"), befalls: [{ route: "health", fault: "500", times: 2 }] },
  rollback("answers late", "rolled_back"),
  rollback("never answers", "rolling_back"),
  rollback("answers when nobody listens any more", "rolled_back"),
  rollback("answers a byte at a time", "rolled_back"),
  rollback("502 before the effect", "rolling_back"),
  rollback("502 after the effect", "rolled_back"),
  rollback("reset before the effect", "rolling_back"),
  rollback("reset after the effect", "rolled_back"),
  rollback("asks the host twice", "rolled_back"),
  rollback("answers twice in one", "rolled_back"),
  rollback("answers half", "rolled_back"),
  rollback("200 with an error in it", "rolling_back"),
  rollback("429 with Retry-After", "rolling_back"),
  rollback("500", "rolling_back"),
  rollback("a redirect elsewhere", "rolling_back"),
];

/** Slots of one request. */
const MOST_AT_ONCE = 50;

let world: FaultyWorld;
let host: BadSlotHost;
const worlds = createFaultyWorlds((first) => first.begin());
afterAll(() => worlds.remove());
beforeEach(async () => {
  ({ world } = await worlds.next());
  host = await startBadSlotHost(world.host.url);
});
afterEach(async () => {
  await host.close();
  await world.stop();
});

/** UAT's slots behind the host that misbehaves. */
async function uatBehindBadHost(count: number): Promise<string[]> {
  const slotIds = await world.uatSlots(count, { rollsBackAutomatically: true });
  await audited(world.db, (tx) =>
    tx.update(environments).set({ slotHostUrl: host.url }).where(eq(environments.key, "uat")),
  );
  return slotIds;
}

/** Approves them, and works off what is queued, all at once. */
async function carryOut(ids: string[]): Promise<void> {
  for (const id of ids) {
    await vote(world.as(world.staff.peer), await world.ballotOf(id));
    world.acknowledged.push({ promotionId: id, personId: world.staff.peer.personId });
  }
  await workOff();
}

async function workOff(): Promise<void> {
  while (world.jobs.length > 0) {
    const jobs = world.jobs.splice(0);
    await Promise.all(
      jobs.map(({ task, payload }) => {
        const ctx = { ...world.ctx, actor: systemActor(task) };
        const promotion = payload as { promotionId: string };
        // Without turns: here all hosts hang at once.
        if (task === "promotions.execute") return executePromotion(ctx, promotion, 30);
        const handler = HANDLERS[task as TaskName] as (typeof HANDLERS)["promotions.evaluate"];
        return handler(ctx, promotion, { seconds: 30, signal: new AbortController().signal });
      }),
    );
  }
}

test(`a slot host that misbehaves in ${CELLS.length} ways: each ends as it must, with each effect once`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const slotIds = await uatBehindBadHost(CELLS.length);
  const good = await world.releaseInDev("good", { good: "1" });
  await carryOut(await askFor(good, slotIds));

  // From here on it misbehaves. The slots whose rollback is at stake get a release that is not healthy in UAT.
  host.countAnew();
  for (const [index, { befalls }] of CELLS.entries()) host.befalls.set(slotIds[index] ?? "", befalls);
  const failing = '{"status":"ok","failsIn":{"uat":"a key is missing"}}';
  const rolled = slotIds.filter((_, index) => CELLS[index]?.on === "rollback");
  const others = slotIds.filter((id) => !rolled.includes(id));
  const better = await world.releaseInDev("better", { better: "1" });
  const tried = new Map<string, string>();
  for (const [releaseId, slots] of [
    [better, others],
    [await world.releaseInDev("bad", { "health.json": failing }), rolled],
  ] as const) {
    const asked = await askFor(releaseId, slots);
    const rows = await world.db.select().from(promotions);
    for (const row of rows) if (asked.includes(row.id)) tried.set(row.slotId ?? "", row.id);
  }
  await carryOut([...tried.values()]);

  const told = async () => {
    const rows = await world.db.select().from(promotions);
    return CELLS.map(({ on, fault }, index) => {
      const row = rows.find((one) => one.id === tried.get(slotIds[index] ?? ""));
      return `${on}, ${fault}: ${row?.state}`;
    });
  };
  expect(await told()).toEqual(CELLS.map(({ on, fault, first }) => `${on}, ${fault}: ${first}`));
  expect(host.followed()).toBe(0);
  // What the host asked for is obeyed, within reason.
  for (const [fault, { least, most }] of Object.entries(LEFT_ALONE)) {
    const [asked] = await world.db
      .select()
      .from(operations)
      .where(eq(operations.promotionId, tried.get(slotOf(slotIds, "deploy", fault)) ?? ""));
    const seconds = ((asked?.leaseUntil?.getTime() ?? 0) - (asked?.updatedAt.getTime() ?? 0)) / 1000;
    expect(seconds, fault).toBeGreaterThanOrEqual(least);
    expect(seconds, fault).toBeLessThanOrEqual(most);
  }

  host.befalls.clear();
  await host.letThrough();
  const open = await world.db.select().from(operations).where(eq(operations.isSettled, false));
  await world.db
    .update(operations)
    .set({ leaseUntil: new Date(0) })
    .where(eq(operations.isSettled, false));
  world.jobs.push(
    ...open.map(({ promotionId }) => ({ task: "promotions.execute", payload: { promotionId } })),
  );
  await workOff();
  expect(await told()).toEqual(CELLS.map(({ on, fault, ends }) => `${on}, ${fault}: ${ends}`));
  expect(await checkInvariants(world.evidence)).toEqual([]);
});

test("an order that was held up and settled by hand as failed does not land over a later release", {
  timeout: TIMEOUT_MS,
}, async () => {
  const slotIds = await uatBehindBadHost(1);
  host.befalls.set(slotIds[0] ?? "", [HELD_UP]);
  const [lost = ""] = await askFor(await world.releaseInDev("lost", { lost: "1" }), slotIds);
  await carryOut([lost]);
  expect(await world.stateOf(lost)).toBe("unknown");
  await silentForTenMinutes(lost);
  await resolvePromotion(world.as(world.staff.second), {
    promotionId: lost,
    outcome: "failed",
    reason: "the host is gone",
  });
  const [later = ""] = await askFor(await world.releaseInDev("later", { later: "1" }), slotIds);
  await carryOut([later]);
  expect(await world.stateOf(later)).toBe("succeeded");

  expect(await host.letThrough()).toEqual([409]);
  // Whoever settled it voided its vote.
  const acknowledged = world.acknowledged.filter((one) => one.promotionId !== lost);
  expect(await checkInvariants({ ...world.evidence, acknowledged })).toEqual([]);
});

/** As if the slot host had not answered for so long. */
function silentForTenMinutes(promotionId: string) {
  return audited(world.db, async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`);
    await tx.execute(
      sql`update promotions set updated_at = updated_at - interval '10 minutes' where id = ${promotionId}::uuid`,
    );
  });
}

function slotOf(slotIds: string[], on: Cell["on"], fault: string): string {
  return slotIds[CELLS.findIndex((cell) => cell.on === on && cell.fault === fault)] ?? "";
}

/** One page after the other: what is queued by a request that is not committed yet is nothing to work on. */
async function askFor(releaseId: string, slotIds: string[]): Promise<string[]> {
  const asked: string[] = [];
  for (let from = 0; from < slotIds.length; from += MOST_AT_ONCE) {
    asked.push(...(await world.askFor(releaseId, slotIds.slice(from, from + MOST_AT_ONCE))));
  }
  return asked;
}

describe("while the slots of some clients hang", () => {
  const HANGING = 3;
  let released: Program;
  beforeAll(async () => {
    released = await bundle({ faults: false });
  });
  afterAll(() => released.remove());

  test("merges and other clients' promotions go on", { timeout: TIMEOUT_MS }, async () => {
    const slotIds = await uatBehindBadHost(HANGING + 2);
    const release = await world.releaseInDev("release", { release: "1" });
    const asked = await askFor(release, slotIds);
    await setRunner(world.as(world.staff.admin), { isEnabled: false });
    await world.mergeWithoutChecks();
    const merge = await world.mergeInWaiting("change");
    const rows = await world.db.select().from(promotions);
    const bySlot = (slotId: string) =>
      rows.find((row) => row.slotId === slotId && asked.includes(row.id))?.id ?? "";
    const [hanging, fine] = [slotIds.slice(0, HANGING), slotIds.slice(HANGING)];
    for (const slotId of hanging) host.befalls.set(slotId, [{ route: "deploy", fault: "never answers" }]);

    for (const slotId of hanging) await world.approveForReal(world.staff.peer, bySlot(slotId));
    const worker = startWorker(released, world);
    await expect.poll(() => host.orders.size, { timeout: 20_000 }).toBeGreaterThan(0);
    const others = [...fine.map(bySlot), merge];
    const from = performance.now();
    for (const id of others) await world.approveForReal(world.staff.peer, id);
    await expect
      .poll(() => Promise.all(others.map(world.stateOf)), { timeout: 30_000 })
      .toEqual(others.map(() => "succeeded"));
    const seconds = (performance.now() - from) / 1000;
    world.recoveries.push({ fault: "the beginning of the hang, for other clients", seconds, limit: 15 });

    host.befalls.clear();
    await world.untilQuiet().finally(worker.stop);
    for (const slotId of hanging) expect(await world.stateOf(bySlot(slotId))).toBe("succeeded");
    expect(await checkInvariants(world.evidence)).toEqual([]);
  });
});
