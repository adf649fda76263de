import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { eq, lt, sql } from "drizzle-orm";
import { Logger, type Runner, run, type Task, type WorkerEvents } from "graphile-worker";
import { type Client, PATIENT } from "@/db/client";
import { asRefusal } from "@/db/refusals";
import { repositories, workers } from "@/db/schema";
import { demandServerSettings } from "@/db/server-settings";
import { DomainError } from "@/domain/errors";
import { systemActor } from "@/domain/people/actor";
import { sweepSessions } from "../auth/sweep-sessions";
import type { Context } from "../context";
import { env } from "../env";
import { interruptAll } from "../pipelines/interrupt";
import { sweepPipelines } from "../pipelines/sweep";
import { leaveAll } from "../promotions/execute";
import { sweepPromotions } from "../promotions/sweep";
import { sweepImports, sweepPushes } from "../repositories/sweep";
import { sweepLocks } from "../repositories/sweep-locks";
import { contextFor, database } from "../runtime";
import { HANDLERS } from "./handlers";
import type { TaskName, TaskPayloads } from "./tasks";

/** More than the pipeline jobs (3) and the calls of one slot host (4) can take together. */
const CONCURRENCY = 10;
/** A worker that was not seen for so long is taken for dead: its queue locks are freed. */
export const DEAD_AFTER_SECONDS = Math.min(30, env.leaseSeconds * 2);
const HEARTBEAT_MS = Math.min(3_000, DEAD_AFTER_SECONDS * 250);
const SWEEP_MS = 2_000;
const RESTART_MS = 500;
/** How long what runs may take to end when the worker does, before it is left to others; below main.ts's grace. */
const PATIENCE_MS = 4_000;
const LEAVING_MS = 500;
/** Looks for a job in a row that failed, of all hands together: three seconds of each. */
const LOOKS_IN_VAIN = 3 * CONCURRENCY;

/**
 * Runs jobs until the signal. `isWholeStop` is asked then: when everything stops, running pipeline jobs are interrupted;
 * when only this worker does, they go on and another worker adopts them.
 */
export async function runWorker(signal: AbortSignal, isWholeStop: () => boolean): Promise<void> {
  database(PATIENT);
  const ctx = contextFor(systemActor("worker"));
  await demandServerSettings(ctx.db.$client);
  const workerId = randomUUID();
  const queueWorkerIds = new Set<string>();
  const hands = await takeHands(ctx, signal, queueWorkerIds);
  const beats = every(HEARTBEAT_MS, () => beat(ctx.db, workerId, [...queueWorkerIds]), signal);
  const sweeps = every(SWEEP_MS, () => sweep(ctx), signal);
  await persist(() => readAllRepositories(ctx), signal);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  if (isWholeStop()) await interruptAll(ctx);
  const stopped = hands.stop();
  await Promise.race([stopped, sleep(PATIENCE_MS)]);
  await leaveAll(ctx).catch(() => undefined);
  await Promise.race([stopped, sleep(LEAVING_MS)]);
  await Promise.all([beats, sweeps]);
  await ctx.db
    .delete(workers)
    .where(eq(workers.id, workerId))
    .catch(() => undefined);
  await database().$client.end();
}

/**
 * Runs the queue's jobs, whatever happens to the database. graphile-worker gives a hand up for good when it could not
 * say how a job ended, and hires no other; and where the first look for its tasks failed, none of its hands ever finds
 * a job again, without a word. Without this a worker that lived through an outage would beat and do nothing.
 */
async function takeHands(
  ctx: Context,
  signal: AbortSignal,
  ids: Set<string>,
): Promise<{ stop: () => Promise<void> }> {
  const stopping: Promise<void>[] = [];
  const stop = (one: Runner | null) => one && stopping.push(one.stop().catch(() => undefined));
  let runner: Runner | null = null;
  let isReplacing = false;
  let foundNothing = 0;
  const replace = async (): Promise<void> => {
    if (isReplacing || signal.aborted) return;
    isReplacing = true;
    const worn = runner;
    runner = await persist(() => startRunner(ctx, signal, events), signal);
    isReplacing = false;
    foundNothing = 0;
    stop(worn);
    if (signal.aborted) stop(runner);
  };
  const events = new EventEmitter() as WorkerEvents;
  events.on("worker:create", ({ worker }) => ids.add(worker.workerId));
  // Whatever it still holds in the queue is freed like a dead worker's.
  events.on("worker:stop", ({ worker, error }) => {
    ids.delete(worker.workerId);
    if (error) void replace();
  });
  events.on("worker:getJob:error", () => {
    foundNothing += 1;
    if (foundNothing >= LOOKS_IN_VAIN) void replace();
  });
  for (const sign of ["job:start", "worker:getJob:empty"] as const) {
    events.on(sign, () => {
      foundNothing = 0;
    });
  }
  runner = await persist(() => startRunner(ctx, signal, events), signal);
  return {
    stop: async () => {
      stop(runner);
      await Promise.all(stopping);
    },
  };
}

/** Tries until it succeeds or the worker ends (null): the database may be away at any moment, also at the first. */
async function persist<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | null> {
  while (!signal.aborted) {
    try {
      return await work();
    } catch (error) {
      if (!(asRefusal(error) instanceof DomainError)) throw error;
      tellTrouble("error", `The database is away: ${String(error)}`);
      await sleep(RESTART_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  return null;
}

function startRunner(ctx: Context, signal: AbortSignal, events: WorkerEvents): Promise<Runner> {
  const lease = { seconds: env.leaseSeconds, signal };
  const taskOf = <T extends TaskName>(name: T): Task => {
    const handler = HANDLERS[name];
    return async (payload) => {
      await handler({ ...ctx, actor: systemActor(name) }, payload as TaskPayloads[T], lease);
    };
  };
  const names = Object.keys(HANDLERS) as TaskName[];
  return run({
    pgPool: ctx.db.$client,
    concurrency: CONCURRENCY,
    noHandleSignals: true,
    parsedCronItems: [],
    logger: new Logger(() => tellTrouble),
    pollInterval: 1_000,
    events,
    taskList: Object.fromEntries(names.map((name) => [name, taskOf(name)])),
  });
}

/** One line of JSON for what went wrong; a job that went well is no news. */
function tellTrouble(level: string, message: string): void {
  if (level === "error" || level === "warning")
    console.error(JSON.stringify({ level, task: "queue", message }));
}

async function beat(db: Client, id: string, queueWorkerIds: string[]): Promise<void> {
  await db
    .insert(workers)
    .values({ id, hostName: hostname(), queueWorkerIds })
    .onConflictDoUpdate({ target: workers.id, set: { seenAt: sql`clock_timestamp()`, queueWorkerIds } });
}

async function sweep(ctx: Context): Promise<void> {
  await freeDeadWorkers(ctx.db);
  // Before anything is tried again that a lock has held up.
  await sweepLocks(ctx);
  await sweepPromotions({ ...ctx, actor: systemActor("sweeper") });
  await sweepPushes({ ...ctx, actor: systemActor("sweeper") });
  await sweepImports({ ...ctx, actor: systemActor("sweeper") });
  await sweepPipelines({ ...ctx, actor: systemActor("sweeper") });
  await sweepSessions(ctx.db);
}

/**
 * graphile-worker keeps a killed worker's jobs locked for hours; our own heartbeat knows better. Also those of a
 * worker that died before its first beat: whoever holds a lock is alive and says so, or has lost it.
 */
async function freeDeadWorkers(db: Client): Promise<void> {
  const overdue = sql`clock_timestamp() - make_interval(secs => ${DEAD_AFTER_SECONDS})`;
  await db.delete(workers).where(lt(workers.seenAt, overdue));
  await db.execute(sql`
    select graphile_worker.force_unlock_workers(orphans.ids)
    from (
      select array_agg(distinct j.locked_by) as ids from graphile_worker.jobs j
      where j.locked_at < ${overdue} and not exists (select 1 from workers w where j.locked_by = any (w.queue_worker_ids))
    ) orphans
    where orphans.ids is not null`);
}

/** What happened to the repositories while no worker was there. */
async function readAllRepositories(ctx: Context): Promise<void> {
  const all = await ctx.db
    .select({ id: repositories.id })
    .from(repositories)
    .where(eq(repositories.state, "ready"));
  await ctx.db.transaction(async (tx) => {
    for (const { id } of all) await ctx.enqueue(tx, "repositories.read", { repositoryId: id });
  });
}

async function every(ms: number, work: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await work();
    } catch (error) {
      console.error(JSON.stringify({ level: "error", task: "sweep", error: String(error) }));
    }
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }
}
