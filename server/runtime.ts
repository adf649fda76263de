import type { PoolConfig } from "pg";
import { type Client, createClient, createPool } from "@/db/client";
import type { Actor } from "@/domain/people/actor";
import type { Context } from "./context";
import { env } from "./env";
import { enqueueJob } from "./queue/enqueue";

// One pool a process, also where the program and Next's bundle each hold a copy of this module.
const KEY = Symbol.for("clearway.database");
type Holder = { [KEY]?: Client };

/** `options` count for whoever opens it first. */
export function database(options: PoolConfig = {}): Client {
  const holder = globalThis as Holder;
  holder[KEY] ??= createClient(createPool(env.databaseUrl, options));
  return holder[KEY];
}

export function contextFor(actor: Actor): Context {
  return { db: database(), actor, dataDir: env.dataDir, enqueue: enqueueJob };
}
