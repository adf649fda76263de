import "server-only";
import { headers } from "next/headers";
import { forbidden, redirect } from "next/navigation";
import type { PersonActor } from "@/domain/people/actor";
import { canSomewhere, type Permission } from "@/domain/permissions";
import { REQUEST_PATH_HEADER } from "../http/request-path";
import { database } from "../runtime";
import { isSetUp } from "../settings/set-up";
import { createContext } from "../trpc/create-context";
import { returnPath } from "./return-path";

/** The signed-in person; anybody else is sent to sign in and comes back. A page's first line. */
export async function requireActor(): Promise<PersonActor> {
  const { actor } = await createContext();
  if (actor.kind === "person") {
    if (!(await isSetUp(database()))) redirect("/set-up");
    return actor;
  }
  const next = returnPath((await headers()).get(REQUEST_PATH_HEADER));
  redirect(next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`);
}

/** The same for a page that asks for a permission: without it anywhere, the page says so. */
export async function requirePage(permission: Permission): Promise<PersonActor> {
  const actor = await requireActor();
  if (!canSomewhere(actor, permission)) forbidden();
  return actor;
}
