import { getQueryClient, trpc } from "@/app/_trpc/server";
import { Button, ButtonLink } from "@/components/ui/button";
import { NoticePage } from "@/components/ui/notice-page";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { groupsOf } from "@/server/auth/group-grants";
import { readAdministrators } from "@/server/people/rows";
import { database } from "@/server/runtime";
import { createContext } from "@/server/trpc/create-context";

export default async function Forbidden() {
  const { isDemonstration } = await getQueryClient().fetchQuery(trpc.settings.shell.queryOptions());
  const { actor } = await createContext();
  const wayOut = isDemonstration ? <ButtonLink href="/sign-in">Be somebody else</ButtonLink> : <SignOut />;
  if (actor.kind === "person" && actor.grants.length === 0) {
    return (
      <NoticePage title="You have no role here yet" action={wayOut}>
        <WhomToAsk personId={actor.personId} />
      </NoticePage>
    );
  }
  return (
    <NoticePage
      title="You may not see this page"
      action={
        <div className="flex flex-wrap justify-center gap-2">
          <ButtonLink href="/">Back to promotions</ButtonLink>
          {wayOut}
        </div>
      }
    >
      None of your roles allows it. A platform admin can give you one that does.
    </NoticePage>
  );
}

function SignOut() {
  return (
    <form method="post" action="/api/sign-out">
      <Button type="submit">Sign out</Button>
    </form>
  );
}

/** Signed in, and nothing more: what the provider told, and who can help. */
async function WhomToAsk({ personId }: { personId: string }) {
  const [groups, administrators] = await Promise.all([
    groupsOf(database(), personId),
    readAdministrators(database()),
  ]);
  return (
    <p>
      {groups.length > 0 ? (
        <>
          You are in <UntrustedText>{groups.slice(0, 20).join(", ")}</UntrustedText>; none of these groups
          gives a role.{" "}
        </>
      ) : null}
      {administrators.length > 0 ? (
        <>
          Ask <UntrustedText>{namesOf(administrators)}</UntrustedText> for one.{" "}
        </>
      ) : null}
      A role that comes with a group counts from your next sign-in on.
    </p>
  );
}

function namesOf(people: readonly { name: string }[]): string {
  return people
    .slice(0, 5)
    .map(({ name }) => name)
    .join(", ");
}
