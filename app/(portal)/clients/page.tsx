import type { Metadata } from "next";
import { Suspense } from "react";
import { getQueryClient, Hydrated, trpc } from "@/app/_trpc/server";
import { clientsInput, readClientsSearch } from "@/components/clients/clients-search";
import { ClientsView } from "@/components/clients/clients-view";
import { RowsSkeleton } from "@/components/ui/skeleton";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "Clients" };

export default async function ClientsPage({ searchParams }: PageProps<"/clients">) {
  await requirePage("catalog.read");
  const address = readClientsSearch(await searchParams);
  await getQueryClient().prefetchQuery(trpc.clients.list.queryOptions(clientsInput(address)));
  return (
    <Hydrated>
      <Suspense fallback={<RowsSkeleton rows={6} />}>
        <ClientsView />
      </Suspense>
    </Hydrated>
  );
}
