import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFailed, test } from "vitest";
import { setRunner } from "@/server/settings/commands";
import { type Cluster, startCluster } from "./testing/cluster";
import { createFaultyWorld, type FaultyWorld } from "./testing/faulty-world";
import { checkInvariants } from "./testing/invariants";
import {
  type Answer,
  bundle,
  bundleDesk,
  type Desk,
  type Program,
  startDesk,
  startWorker,
} from "./testing/processes";
import { chance, rounds } from "./testing/rounds";

/** From when PostgreSQL answers again to the first write; its own recovery is its own matter. */
const RECOVERY_SECONDS = 10;
/** A person who cannot be served now is told so within this: they wait 1.5 s for a connection, the rest is the machine's. */
const BUSY_WITHIN_MS = 4_000;
const TIMEOUT_MS = 180_000;
const CRASHES = rounds(3, 20);
const PER_CRASH = 4;

let released: Program;
let desks: Program;
let cluster: Cluster;
beforeAll(async () => {
  [released, desks, cluster] = await Promise.all([
    bundle({ faults: false }),
    bundleDesk(),
    startCluster({ max_connections: "60" }),
  ]);
});
afterAll(async () => {
  await cluster.stop();
  released.remove();
  desks.remove();
});

test(`PostgreSQL is killed under load, ${CRASHES} times: nothing acknowledged is lost, and everything goes on by itself`, {
  timeout: 120_000 + CRASHES * 60_000,
}, async () => {
  const random = chance("PostgreSQL is killed under load");
  const world = await createFaultyWorld(cluster);
  const stop = new AbortController();
  onTestFailed(() => console.error(world.outputs.map((output) => output().slice(-3000)).join("\n---\n")));
  try {
    await world.begin();
    const inTurn = [
      await world.releaseInDev("release", { release: "1" }),
      await world.releaseInDev("another", { release: "2" }),
    ];
    const releaseId = await world.releaseInDev("last", { release: "3" });
    const slotIds = await world.uatSlots(PER_CRASH);
    await setRunner(world.as(world.staff.admin), { isEnabled: false });
    await world.mergeWithoutChecks();
    const waiting: string[] = [];
    for (let n = 0; n < CRASHES * PER_CRASH; n++) waiting.push(await world.mergeInWaiting(`change-${n}`));
    const ballots = await Promise.all(waiting.map((id) => world.ballotOf(id)));
    const [voter, asker] = [await world.tokenOf(world.staff.peer), await world.tokenOf(world.staff.lead)];
    const desk = await startDesk(desks, world);
    const worker = startWorker(released, world);
    const tab = await desk.listen(voter);

    const answers: Answer[] = [];
    const outages: number[] = [];
    let lastWrite = 0;
    const ask = async (token: string, procedure: string, input: unknown) => {
      const answer = await desk.ask(token, procedure, input);
      answers.push(answer);
      if (answer.status === 200) lastWrite = performance.now();
      return answer;
    };
    const requests = keepAsking(
      world,
      slotIds,
      inTurn,
      (input) => ask(asker, "promotions.requestDeployment", input),
      stop.signal,
    );

    for (let crash = 1; crash <= CRASHES; crash++) {
      const votes = ballots.splice(0, PER_CRASH).map(async (ballot) => {
        await sleep(random.between(0, 600));
        // Whoever is told that the database is away asks again, until it is clear that the vote stands.
        for (;;) {
          const answer = await ask(voter, "promotions.vote", ballot);
          if (answer.status === 200) {
            return void world.acknowledged.push({
              promotionId: ballot.promotionId,
              personId: world.staff.peer.personId,
            });
          }
          if (answer.status === 409 && answer.refusal !== "STALE_WRITE")
            return expect(answer.refusal).toMatch(/^(ALREADY_VOTED|APPROVAL_CLOSED)$/);
          await sleep(100);
        }
      });
      await sleep(random.between(50, 700));
      cluster.crash();
      const crashedAt = performance.now();
      // A moment, so that no write that was under way counts as one after the crash.
      await sleep(100);
      const answering = untilAnswering(world.url);
      while (lastWrite < crashedAt + 100) await sleep(20);
      const wroteAt = lastWrite;
      world.recoveries.push({
        fault: `crash ${crash} of PostgreSQL`,
        seconds: Math.max(0, wroteAt - (await answering)) / 1000,
        limit: RECOVERY_SECONDS,
      });
      outages.push((wroteAt - crashedAt) / 1000);
      await Promise.all(votes);
    }
    stop.abort();
    await requests;
    await world.untilQuiet();

    // Whoever listens hears that something may have been missed, and then what happens next.
    const resyncs = tab.heard().split('"everything"').length - 1;
    expect(resyncs).toBeGreaterThanOrEqual(2);
    const before = tab.heard().length;
    const asked = await ask(asker, "promotions.requestDeployment", {
      releaseId,
      slotIds: slotIds.slice(0, 1),
    });
    const [{ id }] = asked.data as [{ id: string }];
    await expect.poll(() => tab.heard().slice(before)).toContain(id);
    tab.close();
    await world.untilQuiet();

    const odd = answers.filter(({ status }) => ![200, 409, 503].includes(status));
    expect(odd.map(({ status, text }) => `${status} ${text}`)).toEqual([]);
    const away = answers.filter(({ status }) => status === 503);
    expect(away.filter(({ refusal, retryAfter }) => !refusal || !retryAfter)).toEqual([]);
    expect(away.length, "no request met an outage").toBeGreaterThan(0);
    for (const id of waiting) expect(await world.stateOf(id)).toBe("succeeded");
    world.answers.push(...answers.map(({ text }) => text));
    await Promise.all([worker.stop(), desk.stop()]);
    expect(await worker.ended, worker.output()).toBe(0);
    expect(await checkInvariants(world.evidence)).toEqual([]);
    const told = (seconds: number[]) => seconds.map((one) => one.toFixed(1)).join(", ");
    const recoveries = told(world.recoveries.map((one) => one.seconds));
    console.info(
      `Outages: ${told(outages)} s, of them after PostgreSQL was back: ${recoveries} s; ${answers.length} answers, ${away.length} of them "not now".`,
    );
  } finally {
    stop.abort();
    await world.stop();
  }
});

/** When the server answers anybody again. */
async function untilAnswering(url: string): Promise<number> {
  for (;;) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.query("select 1");
      return performance.now();
    } catch {
      await sleep(50);
    } finally {
      void client.end().catch(() => undefined);
    }
  }
}

/** Somebody who asks for one release after the other in each slot, each replacing the one before. */
async function keepAsking(
  world: FaultyWorld,
  slotIds: string[],
  releaseIds: readonly string[],
  ask: (input: unknown) => Promise<Answer>,
  signal: AbortSignal,
): Promise<void> {
  for (let n = 0; !signal.aborted; n++) {
    const slotId = slotIds[n % slotIds.length] ?? "";
    const releaseId = releaseIds[Math.floor(n / slotIds.length) % releaseIds.length];
    const answer = await ask({ releaseId, slotIds: [slotId] });
    if (answer.status === 200) world.requested.push(...(answer.data as { id: string }[]).map(({ id }) => id));
    await sleep(50);
  }
}

/** A stranger's session on the server. */
async function stranger(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

const timed = async <T>(work: Promise<T>): Promise<[T, number]> => {
  const from = performance.now();
  return [await work, performance.now() - from];
};

const health = async (desk: Desk) => (await fetch(`${desk.base}/api/health`)).status;

describe("all connections are taken", () => {
  let world: FaultyWorld;
  let desk: Desk;
  let token: string;
  let id: string;
  const own: Cluster[] = [];
  beforeEach(async () => {
    const crowded = await startCluster({ max_connections: "30", fsync: "off" });
    own.push(crowded);
    world = await createFaultyWorld(crowded);
    await world.begin();
    await world.mergeWithoutChecks();
    id = await world.mergeInWaiting("change");
    token = await world.tokenOf(world.staff.peer);
  });
  afterEach(async () => {
    await desk.stop();
    await world.stop();
    await own.pop()?.stop();
  });

  /** What a person gets who wants to read and to write now. */
  async function expectBusy() {
    const ballot = await world.ballotOf(id);
    const asked = [
      () => desk.ask(token, "promotions.list", {}, "query"),
      () => desk.ask(token, "promotions.vote", ballot),
    ];
    for (const ask of asked) {
      const [answer, ms] = await timed(ask());
      world.answers.push(answer.text);
      expect([answer.status, answer.refusal, answer.retryAfter]).toEqual([503, "BUSY", "2"]);
      expect(ms).toBeLessThan(BUSY_WITHIN_MS);
    }
    const [status, ms] = await timed(health(desk));
    expect([status, ms < BUSY_WITHIN_MS]).toEqual([200, true]);
  }

  async function expectRecovery() {
    const from = performance.now();
    const ballot = await world.ballotOf(id);
    await expect
      .poll(async () => (await desk.ask(token, "promotions.vote", ballot)).status, { timeout: 30_000 })
      .toBe(200);
    const seconds = (performance.now() - from) / 1000;
    world.recoveries.push({ fault: "the end of the crowd", seconds, limit: 15 });
    world.acknowledged.push({ promotionId: id, personId: world.staff.peer.personId });
    const worker = startWorker(released, world);
    await world.untilQuiet().finally(worker.stop);
    await desk.stop();
    expect(await checkInvariants(world.evidence)).toEqual([]);
  }

  const list = () => desk.ask(token, "promotions.list", {}, "query");

  /** Ten that hold the process's ten connections. The server ends their wait after three seconds: all begin in the first. */
  async function tenWait(blocker: Client): Promise<Promise<Answer>[]> {
    for (;;) {
      await blocker.query("begin; lock table promotions in access exclusive mode");
      const from = performance.now();
      const held = Array.from({ length: 10 }, list);
      for (; performance.now() - from < 1_000; await sleep(20)) {
        if ((await waitingFor(world)) === 10) return held;
      }
      await blocker.query("rollback");
      await Promise.all(held);
    }
  }

  /** What the eleventh is told while ten wait; once more where the machine was so slow that they waited no longer. */
  async function oneTooMany(blocker: Client) {
    for (let tries = 5; ; tries--) {
      const again = await tenWait(blocker);
      let allWait = true;
      const ended = Promise.race(again).then(() => {
        allWait = false;
      });
      const eleventh = await timed(list());
      if (allWait || eleventh[0].status === 503 || tries === 0) return { again, eleventh };
      await Promise.all([blocker.query("rollback"), ended, ...again]);
    }
  }

  test("in transactions that wait: whoever comes is told at once, the health address answers, and it passes", {
    timeout: TIMEOUT_MS,
  }, async () => {
    desk = await startDesk(desks, world);
    const blocker = await stranger(world.url);
    const held = await tenWait(blocker);
    await blocker.query("commit");
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual(held.map(() => 200));

    const { again, eleventh } = await oneTooMany(blocker);
    const [busy, ms] = eleventh;
    expect([busy.status, busy.refusal, busy.retryAfter]).toEqual([503, "BUSY", "2"]);
    expect(ms).toBeLessThan(BUSY_WITHIN_MS);
    expect(await health(desk)).toBe(200);
    // The server's own limit lets them go although the stranger does not.
    for (const { status, refusal } of await Promise.all(again)) {
      expect([status, refusal]).toEqual([409, "STALE_WRITE"]);
    }
    await blocker.end();
    await expectRecovery();
  });

  test("of the server, by a stranger: whoever comes is told at once, the health address answers, and it passes", {
    timeout: TIMEOUT_MS,
  }, async () => {
    // A warm one would go on with the connections it has.
    desk = await startDesk(desks, world, "", ["cold"]);
    await expect.poll(() => health(desk)).toBe(200);
    const crowd: Client[] = [];
    try {
      for (;;) crowd.push(await stranger(world.url));
    } catch (error) {
      expect(error).toMatchObject({ code: "53300" });
    }
    // This process keeps its own connections, the desk has its reserved one.
    await expectBusy();
    await Promise.all(crowd.map((one) => one.end()));
    await expectRecovery();
  });
});

/** Connections that wait for a lock. */
async function waitingFor(world: FaultyWorld): Promise<number> {
  const { rows } = await world.db.$client.query<{ count: number }>(
    "select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock'",
  );
  return rows[0]?.count ?? 0;
}
