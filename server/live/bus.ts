import { EventEmitter } from "node:events";
import { Client } from "pg";
import type { LiveEvent } from "@/domain/live/topics";
import { env } from "../env";

const CHANNEL = "clearway";
const RETRY_MS = 500;

/** What every subscriber hears: an event, that the database has gone, or that events may have been missed meanwhile. */
export type Heard = { kind: "event"; event: LiveEvent } | { kind: "away" } | { kind: "resync" };

type Bus = { emitter: EventEmitter; isListening: boolean };
const KEY = Symbol.for("clearway.live");
type Holder = { [KEY]?: Bus };

/** One LISTEN connection a process, however many tabs are open; it comes back by itself. */
export function liveBus(): EventEmitter {
  const holder = globalThis as Holder;
  holder[KEY] ??= { emitter: new EventEmitter().setMaxListeners(0), isListening: false };
  const bus = holder[KEY];
  if (!bus.isListening) {
    bus.isListening = true;
    void keepListening(bus.emitter);
  }
  return bus.emitter;
}

async function keepListening(emitter: EventEmitter): Promise<never> {
  for (let isFirst = true; ; isFirst = false) {
    await listenUntilLost(emitter, isFirst).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
  }
}

async function listenUntilLost(emitter: EventEmitter, isFirst: boolean): Promise<void> {
  const client = new Client({
    connectionString: env.databaseUrl,
    keepAlive: true,
    connectionTimeoutMillis: 4_000,
  });
  const lost = new Promise<void>((resolve) => {
    client.on("error", () => resolve());
    client.on("end", () => resolve());
  });
  client.on("notification", ({ payload }) => {
    const event = parse(payload);
    if (event) emitter.emit("heard", { kind: "event", event } satisfies Heard);
  });
  try {
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    if (!isFirst) emitter.emit("heard", { kind: "resync" } satisfies Heard);
    await lost;
    emitter.emit("heard", { kind: "away" } satisfies Heard);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function parse(payload: string | undefined): LiveEvent | null {
  try {
    return payload ? (JSON.parse(payload) as LiveEvent) : null;
  } catch {
    return null;
  }
}
