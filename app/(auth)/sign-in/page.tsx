import type { Metadata } from "next";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { PeoplePicker } from "@/components/people/people-picker";
import { Wordmark } from "@/components/shell/wordmark";
import { OwnIdentity, SignInPanel } from "@/components/sign-in/sign-in-panel";
import { classNames } from "@/components/ui/class-names";
import { EmptyState } from "@/components/ui/empty-state";
import { SUBJECT_COOKIE } from "@/server/auth/cookie";
import { isDemonstration, listDemonstrationPeople } from "@/server/auth/demonstration";
import { returnPath } from "@/server/auth/return-path";
import { problemFrom } from "@/server/auth/sign-in";
import { env } from "@/server/env";
import { database } from "@/server/runtime";
import { readInstallation } from "@/server/settings/queries";
import { createContext } from "@/server/trpc/create-context";

export const metadata: Metadata = { title: "Sign in" };

type Query = Record<string, string | string[] | undefined>;

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const query = await searchParams;
  return (
    <main
      className={classNames(
        "mx-auto min-h-dvh px-4 py-10 md:py-16",
        env.demonstration ? "max-w-4xl" : "max-w-md",
      )}
    >
      <div className="mb-8 flex items-center gap-3">
        <Wordmark />
      </div>
      {env.demonstration ? <Demonstration query={query} /> : <Door query={query} />}
    </main>
  );
}

function nextOf({ next }: Query): string {
  return returnPath(typeof next === "string" ? next : null);
}

async function Demonstration({ query }: { query: Query }) {
  const people = await listDemonstrationPeople(database());
  if (people.length > 0) return <PeoplePicker people={people} next={nextOf(query)} />;
  return (await isDemonstration(database())) ? (
    <EmptyState title="The demonstration has nobody yet" level="page">
      It is still being prepared, or was interrupted. Stop Clearway, run{" "}
      <code className="whitespace-nowrap font-mono">npm run demo:reset</code> and start it again.
    </EmptyState>
  ) : (
    <EmptyState title="This is not a demonstration's database" level="page">
      Clearway was started as a demonstration on the database of a real installation, where nobody is picked.
      Start it without <code className="font-mono">CLEARWAY_DEMO</code>, or with an empty database.
    </EmptyState>
  );
}

async function Door({ query }: { query: Query }) {
  if (!env.oidc) return <NoProvider />;
  const { actor } = await createContext();
  const problem = problemFrom(query.problem);
  const isSignedIn = actor.kind === "person";
  if (isSignedIn && !problem) redirect(nextOf(query));
  const installation = await readInstallation(database());
  const organisation = installation?.setUpAt ? installation.organisationName : null;
  const subject = (await cookies()).get(SUBJECT_COOKIE.name)?.value;
  return (
    <SignInPanel
      organisation={organisation}
      provider={env.oidc.name}
      next={nextOf(query)}
      problem={problem}
      isSignedOut={query.out === "1"}
      signedInAs={isSignedIn ? actor.name : null}
    >
      {!organisation && problem === "notSetUp" && subject ? (
        <OwnIdentity issuer={env.oidc.issuer} subject={subject} />
      ) : null}
      {!organisation && !problem && !env.admin ? <NoAdministrator /> : null}
    </SignInPanel>
  );
}

function NoAdministrator() {
  return (
    <p className="text-ink-2">
      The configuration does not say who that is: set <code className="font-mono">CLEARWAY_ADMIN</code> to the
      issuer and the subject of one person. Sign in, and Clearway shows you yours.
    </p>
  );
}

function NoProvider() {
  return (
    <EmptyState title="Nobody can sign in here yet" level="page">
      Connect an identity provider: set <code className="font-mono">CLEARWAY_OIDC_ISSUER</code> and{" "}
      <code className="font-mono">CLEARWAY_OIDC_CLIENT_ID</code>, as the README says. To see the product
      first, start Clearway with <code className="font-mono">CLEARWAY_DEMO=1</code> and an empty database.
    </EmptyState>
  );
}
