import { getQueryClient, trpc } from "@/app/_trpc/server";
import { Button, ButtonLink } from "@/components/ui/button";
import { NoticePage } from "@/components/ui/notice-page";

export default async function Forbidden() {
  const { isDemonstration } = await getQueryClient().fetchQuery(trpc.settings.shell.queryOptions());
  return (
    <NoticePage
      title="You may not see this page"
      action={
        <div className="flex flex-wrap justify-center gap-2">
          <ButtonLink href="/">Back to promotions</ButtonLink>
          {isDemonstration ? (
            <ButtonLink href="/sign-in">Be somebody else</ButtonLink>
          ) : (
            <form method="post" action="/api/sign-out">
              <Button type="submit">Sign out</Button>
            </form>
          )}
        </div>
      }
    >
      None of your roles allows it. A platform admin can give you one that does.
    </NoticePage>
  );
}
