import { Button, ButtonLink } from "@/components/ui/button";
import { NoticePage } from "@/components/ui/notice-page";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { listAdministrators } from "@/server/auth/administrators";
import { groupsOf } from "@/server/auth/group-grants";
import { database } from "@/server/runtime";
import { createContext } from "@/server/trpc/create-context";

export default async function Forbidden() {
  const { actor } = await createContext();
  if (actor.kind === "person" && actor.grants.length === 0) return <NoRole personId={actor.personId} />;
  return (
    <NoticePage
      title="You may not see this page"
      action={<ButtonLink href="/">Back to promotions</ButtonLink>}
    >
      None of your roles allows it. A platform admin can give you one that does.
    </NoticePage>
  );
}

/** Signed in, and nothing more: what the provider told, and whom to ask. */
async function NoRole({ personId }: { personId: string }) {
  const [groups, administrators] = await Promise.all([
    groupsOf(database(), personId),
    listAdministrators(database()),
  ]);
  return (
    <NoticePage
      title="You have no role here yet"
      action={
        <form method="post" action="/api/sign-out">
          <Button type="submit">Sign out</Button>
        </form>
      }
    >
      <p>
        {groups.length > 0 ? (
          <>
            You are in <UntrustedText>{groups.slice(0, 20).join(", ")}</UntrustedText>; none of these groups
            gives a role.
          </>
        ) : (
          "The identity provider told of no group of yours."
        )}{" "}
        {administrators.length > 0 ? (
          <>
            Ask <UntrustedText>{administrators.join(", ")}</UntrustedText> for one.
          </>
        ) : null}{" "}
        A role that comes with a group counts from your next sign-in on.
      </p>
    </NoticePage>
  );
}
