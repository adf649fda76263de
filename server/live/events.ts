import { on } from "node:events";
import type { LiveEvent, Topic } from "@/domain/live/topics";
import { type Actor, grantCovers } from "@/domain/people/actor";
import { canSomewhere } from "@/domain/permissions";
import type { TrpcContext } from "../trpc/init";
import { type Heard, liveBus } from "./bus";

/**
 * What a tab is told: which kind of thing changed and which one. "everything": ask for all that is on screen again;
 * "away": the database is gone for now, and "everything" follows when it is back.
 */
export type Told = { topic: Topic; id: string } | { topic: "everything" | "away"; id: "" };

type Subscriber = Pick<TrpcContext, "actor" | "refreshActor">;

/**
 * A revoked session, person or grant counts from here on at the latest. Told within five seconds: the tab still has to
 * ask why, on a busy machine too.
 */
const REFRESH_MS = 2_000;

/**
 * The events of one subscriber, until its signal or until it may hear nothing any more.
 * Begins by saying "everything", for what was missed before.
 */
export async function* liveEvents(
  ctx: Subscriber,
  signal: AbortSignal,
  refreshMs: number = REFRESH_MS,
): AsyncGenerator<Told> {
  const over = new AbortController();
  const ends = AbortSignal.any([signal, over.signal]);
  const heard = on(liveBus(), "heard", { signal: ends });
  let actor = ctx.actor;
  let isReading = false;
  const timer = setInterval(async () => {
    if (isReading || !ctx.refreshActor) return;
    isReading = true;
    // A database that does not answer announces nothing either: the next turn asks again.
    actor = await ctx.refreshActor().catch(() => actor);
    isReading = false;
    if (!canSomewhere(actor, "live.read")) over.abort();
  }, refreshMs).unref();
  try {
    yield { topic: "everything", id: "" };
    for await (const [message] of heard as AsyncIterable<[Heard]>) {
      if (message.kind === "away") yield { topic: "away", id: "" };
      else if (message.kind === "resync") yield { topic: "everything", id: "" };
      else if (mayHear(actor, message.event)) yield { topic: message.event.topic, id: message.event.id };
    }
  } catch (error) {
    if (!ends.aborted) throw error;
  } finally {
    clearInterval(timer);
  }
}

/** Scope only: what the tab then asks for is answered under its own permissions. */
export function mayHear(actor: Actor, event: LiveEvent): boolean {
  if (actor.kind !== "person") return false;
  if (event.productId === null) return true;
  return actor.grants.some((grant) => grantCovers(grant.scope, event));
}
