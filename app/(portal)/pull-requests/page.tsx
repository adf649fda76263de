import type { Metadata } from "next";
import { Suspense } from "react";
import { getQueryClient, Hydrated, trpc } from "@/app/_trpc/server";
import { pullRequestsInput, readPullRequestsSearch } from "@/components/pull-requests/pull-requests-search";
import { PullRequestsView } from "@/components/pull-requests/pull-requests-view";
import { RowsSkeleton } from "@/components/ui/skeleton";
import { canSomewhere } from "@/domain/permissions";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "Pull requests" };

export default async function PullRequestsPage({ searchParams }: PageProps<"/pull-requests">) {
  const actor = await requirePage("pullRequests.read");
  const address = readPullRequestsSearch(await searchParams);
  const client = getQueryClient();
  await Promise.all([
    client.prefetchQuery(trpc.pullRequests.list.queryOptions(pullRequestsInput(address))),
    client.prefetchQuery(trpc.products.list.queryOptions()),
  ]);
  return (
    <Hydrated>
      <Suspense fallback={<RowsSkeleton />}>
        <PullRequestsView address={address} mayOpen={canSomewhere(actor, "pullRequests.open")} />
      </Suspense>
    </Hydrated>
  );
}
