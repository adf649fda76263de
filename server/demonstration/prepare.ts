import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { sql } from "drizzle-orm";
import { migrateDatabase } from "@/db/migrate";
import type { Context } from "../context";
import { readInstallation } from "../settings/queries";
import { askForAccess } from "./access";
import { Calendar, Clock } from "./calendar";
import { JobQueue } from "./job-queue";
import { PRODUCTS } from "./organisation";
import { type Act, scriptOf } from "./script";
import { ACTOR, createInstallation, finishInstallation, setUp } from "./set-up";
import { ledger } from "./stories/ledger";
import { lending } from "./stories/lending";
import { payments } from "./stories/payments";
import { World } from "./world";

const DAY_MS = 86_400_000;
const SET_UP_DAYS_BEFORE = 10;
/** Directories of the data directory whose contents belong to what the database says. */
const FILES = ["repositories", "artifacts", "caches", "slots"];

export type DemonstrationOptions = {
  /** `yyyy-mm-dd`: everything has happened before it begins (UTC). Default: today. */
  readonly anchorDay?: string;
  readonly seed?: string;
  /** Small: one product, one closed sprint. */
  readonly size?: "whole" | "small";
  /** Where slots are installed; `demonstration:` is the host that the launcher runs. */
  readonly slotHostUrl?: string;
  readonly onProgress?: (line: string) => void;
  /** Ends the preparation between two acts; the next one begins anew. */
  readonly signal?: AbortSignal;
};

/**
 * Makes the demonstration's organisation and its history by the commands that real use has, in the order of time. The
 * same anchor day and seed give the same commits, versions and numbers. Nothing to do where it has been made; what a
 * killed preparation left is thrown away first. A slot host must be running.
 */
export async function prepareDemonstration(
  given: Pick<Context, "db" | "dataDir">,
  options: DemonstrationOptions & { databaseUrl: string },
): Promise<"prepared" | "present"> {
  const say = options.onProgress ?? (() => undefined);
  const anchorDay = options.anchorDay ?? new Date().toISOString().slice(0, 10);
  const seed = options.seed ?? "clearway";
  if (Date.parse(`${anchorDay}T00:00:00Z`) > Date.now()) {
    throw new Error(`A demonstration's history ends before its anchor day; ${anchorDay} is still to come.`);
  }
  const installation = await readInstallation(given.db);
  if (installation && !installation.isDemonstration) {
    throw new Error("This database belongs to a real installation; no demonstration is made in it.");
  }
  if (installation?.demonstrationPreparedAt) return "present";
  if (installation) {
    say("The demonstration was left half made. Beginning anew…");
    await wipe(given, options.databaseUrl);
  }

  const isSmall = options.size === "small";
  const chosen = isSmall ? [payments] : [payments, lending, ledger];
  const stories = isSmall ? chosen.map((story) => ({ ...story, closed: story.closed.slice(0, 1) })) : chosen;
  const closedSprints = isSmall ? 1 : 3;
  const calendar = new Calendar(anchorDay, seed, closedSprints);
  const clock = new Clock(new Date(calendar.sprint(0).start.getTime() - SET_UP_DAYS_BEFORE * DAY_MS));
  const queue = new JobQueue();
  const ctx: Context = {
    ...given,
    actor: ACTOR,
    enqueue: queue.enqueue,
    get at() {
      return clock.now;
    },
  };
  say("Preparing the demonstration: people, catalogue and rules…");
  await createInstallation(ctx, { anchorDay, seed, at: clock.now });
  const products = PRODUCTS.filter((product) => stories.some((story) => story.key === product.key));
  const catalogue = await setUp(ctx, {
    products,
    stories,
    slotHostUrl: options.slotHostUrl ?? "demonstration:",
  });
  const world = new World(given, clock, calendar, queue, catalogue);

  const script = scriptOf(world, stories);
  let told = -1;
  for (const act of script) {
    if (act.sprint !== told) {
      told = act.sprint;
      say(`Preparing the demonstration: sprint ${told + 1} of ${calendar.sprints.length}…`);
    }
    queue.handOver = (task) => act.isBuiltHere && task.startsWith("pipelines.");
    options.signal?.throwIfAborted();
    clock.to(act.at);
    await tell(act, async () => {
      await act.run();
      await world.settle();
    });
  }
  clock.pass(60);
  await askForAccess({ ...ctx, at: clock.now }, catalogue);
  await finishInstallation(ctx);
  return "prepared";
}

/** A story that does not hold together names the act at which it breaks. */
async function tell(act: Act, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    throw new Error(`The demonstration's history breaks at "${act.label}" (${act.at.toISOString()}).`, {
      cause: error,
    });
  }
}

/** The audit trail cannot be emptied, so everything is made anew. */
async function wipe({ db, dataDir }: Pick<Context, "db" | "dataDir">, databaseUrl: string): Promise<void> {
  for (const schema of ["public", "drizzle", "graphile_worker"]) {
    await db.execute(sql.raw(`drop schema if exists ${schema} cascade`));
  }
  await db.execute(sql.raw("create schema public"));
  for (const name of FILES) {
    const directory = path.join(/*turbopackIgnore: true*/ dataDir, name);
    for (const entry of await readdir(directory).catch(() => [])) {
      // The running slot host keeps what is on its way to it in a folder of its own.
      if (entry !== "incoming") await rm(path.join(directory, entry), { recursive: true, force: true });
    }
  }
  await migrateDatabase(databaseUrl);
}
