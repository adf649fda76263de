import { on } from "node:events";
import type { LiveEvent, Topic } from "@/domain/live/topics";
import { type Actor, grantCovers } from "@/domain/people/actor";
import type { Context } from "../context";
import { type Heard, liveBus } from "./bus";

/** What a tab is told: which kind of thing changed and which one. "everything": ask for all that is on screen again. */
export type Told = { topic: Topic; id: string } | { topic: "everything"; id: "" };

/** The events of one subscriber, until its signal. Begins by saying "everything", for what was missed before. */
export async function* liveEvents(ctx: Context, signal: AbortSignal): AsyncGenerator<Told> {
  const heard = on(liveBus(), "heard", { signal });
  yield { topic: "everything", id: "" };
  try {
    for await (const [message] of heard as AsyncIterable<[Heard]>) {
      if (message.kind === "resync") yield { topic: "everything", id: "" };
      else if (mayHear(ctx.actor, message.event)) yield { topic: message.event.topic, id: message.event.id };
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Scope only: what the tab then asks for is answered under its own permissions. */
export function mayHear(actor: Actor, event: LiveEvent): boolean {
  if (actor.kind !== "person") return false;
  if (event.productId === null) return true;
  return actor.grants.some((grant) => grantCovers(grant.scope, event));
}
