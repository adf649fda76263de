import { forbidden } from "@/domain/errors";
import type { PersonActor } from "@/domain/people/actor";
import type { Context } from "../context";

/** What only people decide. */
export function asPerson(ctx: Context): PersonActor {
  if (ctx.actor.kind !== "person") throw forbidden("Only a person can do this.");
  return ctx.actor;
}
