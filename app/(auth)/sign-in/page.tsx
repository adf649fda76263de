import type { Metadata } from "next";
import { PeoplePicker } from "@/components/people/people-picker";
import { Wordmark } from "@/components/shell/wordmark";
import { EmptyState } from "@/components/ui/empty-state";
import { isDemonstration, listDemonstrationPeople } from "@/server/auth/demonstration";
import { returnPath } from "@/server/auth/return-path";
import { database } from "@/server/runtime";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const { next } = await searchParams;
  const people = await listDemonstrationPeople(database());
  return (
    <main className="mx-auto min-h-dvh max-w-4xl px-4 py-10 md:py-16">
      <div className="mb-8 flex items-center gap-3">
        <Wordmark />
      </div>
      {people.length > 0 ? (
        <PeoplePicker people={people} next={returnPath(typeof next === "string" ? next : null)} />
      ) : (
        <Nobody isDemonstration={await isDemonstration(database())} />
      )}
    </main>
  );
}

function Nobody({ isDemonstration: isPrepared }: { isDemonstration: boolean }) {
  return isPrepared ? (
    <EmptyState title="The demonstration has nobody yet" level="page">
      It is still being prepared, or was interrupted. Stop Clearway, run{" "}
      <code className="whitespace-nowrap font-mono">npm run demo:reset</code> and start it again.
    </EmptyState>
  ) : (
    <EmptyState title="Nobody can sign in here yet" level="page">
      Single sign-on is not part of this version, so this installation cannot be entered yet. To see the
      product, start Clearway with <code className="font-mono">CLEARWAY_DEMO=1</code> and an empty database.
    </EmptyState>
  );
}
