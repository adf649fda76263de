import type { Metadata } from "next";
import { Suspense } from "react";
import { getQueryClient, Hydrated, trpc } from "@/app/_trpc/server";
import { RowsSkeleton } from "@/components/ui/skeleton";
import { readWorkItemsSearch, workItemsInput } from "@/components/work-items/work-items-search";
import { WorkItemsView } from "@/components/work-items/work-items-view";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "Work items" };

export default async function WorkItemsPage({ searchParams }: PageProps<"/work-items">) {
  await requirePage("workItems.read");
  const address = readWorkItemsSearch(await searchParams);
  const client = getQueryClient();
  await Promise.all([
    client.prefetchQuery(trpc.workItems.list.queryOptions(workItemsInput(address))),
    client.prefetchQuery(trpc.products.list.queryOptions()),
  ]);
  return (
    <Hydrated>
      <Suspense fallback={<RowsSkeleton />}>
        <WorkItemsView address={address} />
      </Suspense>
    </Hydrated>
  );
}
