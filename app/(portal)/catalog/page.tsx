import type { Metadata } from "next";
import { Suspense } from "react";
import { getQueryClient, Hydrated, trpc } from "@/app/_trpc/server";
import { catalogInput, readCatalogSearch } from "@/components/catalog/catalog-search";
import { CatalogView } from "@/components/catalog/catalog-view";
import { RowsSkeleton } from "@/components/ui/skeleton";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "Catalog" };

export default async function CatalogPage({ searchParams }: PageProps<"/catalog">) {
  await requirePage("catalog.read");
  const address = readCatalogSearch(await searchParams);
  const client = getQueryClient();
  await Promise.all([
    client.prefetchQuery(trpc.products.catalog.queryOptions(catalogInput(address))),
    client.prefetchQuery(trpc.products.list.queryOptions()),
  ]);
  return (
    <Hydrated>
      <Suspense fallback={<RowsSkeleton rows={8} />}>
        <CatalogView />
      </Suspense>
    </Hydrated>
  );
}
