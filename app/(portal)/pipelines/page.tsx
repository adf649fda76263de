import type { Metadata } from "next";
import { Suspense } from "react";
import { getQueryClient, Hydrated, trpc } from "@/app/_trpc/server";
import { readRunsSearch, runsInput, trendInput } from "@/components/pipelines/runs-search";
import { RunsView } from "@/components/pipelines/runs-view";
import { RowsSkeleton } from "@/components/ui/skeleton";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "Pipelines" };

export default async function PipelinesPage({ searchParams }: PageProps<"/pipelines">) {
  await requirePage("pipelines.read");
  const address = readRunsSearch(await searchParams);
  const client = getQueryClient();
  await Promise.all([
    client.prefetchQuery(trpc.pipelines.list.queryOptions(runsInput(address))),
    client.prefetchQuery(trpc.products.list.queryOptions()),
    ...(address.tab === "durations"
      ? [client.prefetchQuery(trpc.pipelines.trend.queryOptions(trendInput(address)))]
      : []),
  ]);
  return (
    <Hydrated>
      <Suspense fallback={<RowsSkeleton rows={10} />}>
        <RunsView address={address} />
      </Suspense>
    </Hydrated>
  );
}
