import type { Metadata } from "next";
import { getQueryClient, Hydrated, orNotFound, trpc } from "@/app/_trpc/server";
import { textOf } from "@/components/portal/address";
import { NewPullRequest } from "@/components/pull-requests/new-pull-request";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "Open pull request" };

export default async function NewPullRequestPage({ searchParams }: PageProps<"/pull-requests/new">) {
  await requirePage("pullRequests.open");
  const params = await searchParams;
  const client = getQueryClient();
  const { items } = await client.fetchQuery(trpc.repositories.list.queryOptions({ limit: 100 }));
  const repositoryKey = textOf(params, "repository") ?? (items.length === 1 ? items[0]?.key : undefined);
  if (repositoryKey) {
    await orNotFound(client.fetchQuery(trpc.branches.list.queryOptions({ repositoryKey, limit: 200 })));
  }
  return (
    <Hydrated>
      <NewPullRequest
        repositories={items}
        address={{
          repositoryKey,
          source: textOf(params, "source", 250),
          target: textOf(params, "target", 250),
        }}
      />
    </Hydrated>
  );
}
