import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { Wordmark } from "@/components/shell/wordmark";
import { SetUpForm } from "@/components/sign-in/set-up-form";
import { ApiProvider } from "@/components/trpc/client";
import { canSomewhere } from "@/domain/permissions";
import { groupsOf } from "@/server/auth/group-grants";
import { database } from "@/server/runtime";
import { isSetUp } from "@/server/settings/set-up";
import { createContext } from "@/server/trpc/create-context";

export const metadata: Metadata = { title: "Set up Clearway" };

/** The first run. Nobody but the administrator that the configuration names has a session by then. */
export default async function SetUpPage() {
  const { actor } = await createContext();
  if (await isSetUp(database())) redirect("/");
  if (actor.kind !== "person" || !canSomewhere(actor, "settings.edit")) redirect("/sign-in?problem=notSetUp");
  return (
    <main className="mx-auto min-h-dvh max-w-2xl px-4 py-10 md:py-16">
      <div className="mb-8 flex items-center gap-3">
        <Wordmark />
      </div>
      <h1 className="text-xl">Set up Clearway</h1>
      <p className="mt-1 mb-6 text-ink-2">
        You are its first administrator. Three things, then others can come in; all of them can be changed
        later.
      </p>
      <ApiProvider>
        <SetUpForm groups={await groupsOf(database(), actor.personId)} />
      </ApiProvider>
    </main>
  );
}
