import type { Metadata } from "next";
import { Suspense } from "react";
import { getQueryClient, Hydrated, trpc } from "@/app/_trpc/server";
import { textOf } from "@/components/portal/address";
import { RepositoriesView } from "@/components/repositories/repositories-view";
import { RowsSkeleton } from "@/components/ui/skeleton";
import { canSomewhere } from "@/domain/permissions";
import type { ListRepositories } from "@/domain/repositories/input";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "Repositories" };

export default async function RepositoriesPage({ searchParams }: PageProps<"/repositories">) {
  const actor = await requirePage("repositories.read");
  const params = await searchParams;
  const [productKey, after] = [textOf(params, "product"), textOf(params, "after")];
  const input: ListRepositories = {
    limit: 50,
    ...(productKey ? { productKey } : {}),
    ...(after ? { after } : {}),
  };
  const client = getQueryClient();
  await Promise.all([
    client.prefetchQuery(trpc.repositories.list.queryOptions(input)),
    client.prefetchQuery(trpc.products.list.queryOptions()),
  ]);
  return (
    <Hydrated>
      <Suspense fallback={<RowsSkeleton />}>
        <RepositoriesView input={input} mayAdd={canSomewhere(actor, "catalog.edit")} />
      </Suspense>
    </Hydrated>
  );
}
