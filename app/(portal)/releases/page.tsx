import type { Metadata } from "next";
import { Suspense } from "react";
import { getQueryClient, Hydrated, trpc } from "@/app/_trpc/server";
import { readReleasesSearch, releasesInput } from "@/components/releases/releases-search";
import { ReleasesView } from "@/components/releases/releases-view";
import { RowsSkeleton } from "@/components/ui/skeleton";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "Releases" };

export default async function ReleasesPage({ searchParams }: PageProps<"/releases">) {
  await requirePage("releases.read");
  const address = readReleasesSearch(await searchParams);
  const client = getQueryClient();
  await Promise.all([
    client.prefetchQuery(trpc.releases.list.queryOptions(releasesInput(address))),
    client.prefetchQuery(trpc.products.list.queryOptions()),
  ]);
  return (
    <Hydrated>
      <Suspense fallback={<RowsSkeleton rows={10} />}>
        <ReleasesView address={address} />
      </Suspense>
    </Hydrated>
  );
}
