import type { Metadata } from "next";
import { Suspense } from "react";
import { getQueryClient, Hydrated, orNotFound, trpc } from "@/app/_trpc/server";
import { branchesFilter, branchesInput, readBranchesSearch } from "@/components/branches/branches-search";
import { BranchesView } from "@/components/branches/branches-view";
import { RowsSkeleton } from "@/components/ui/skeleton";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "Branches" };

export default async function BranchesPage({ searchParams }: PageProps<"/branches">) {
  await requirePage("repositories.read");
  const address = readBranchesSearch(await searchParams);
  const client = getQueryClient();
  await orNotFound(
    Promise.all([
      client.fetchInfiniteQuery(
        trpc.branches.list.infiniteQueryOptions(branchesInput(address), {
          getNextPageParam: ({ next }) => next,
        }),
      ),
      client.prefetchQuery(trpc.branches.count.queryOptions(branchesFilter(address))),
      client.prefetchQuery(trpc.products.list.queryOptions()),
    ]),
  );
  return (
    <Hydrated>
      <Suspense fallback={<RowsSkeleton rows={10} />}>
        <BranchesView />
      </Suspense>
    </Hydrated>
  );
}
