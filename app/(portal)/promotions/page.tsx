import type { Metadata } from "next";
import { Suspense } from "react";
import { getQueryClient, Hydrated, trpc } from "@/app/_trpc/server";
import { isBeforeFirst, readInboxSearch, waitingSectionOf } from "@/components/promotions/inbox-search";
import { PromotionsInbox } from "@/components/promotions/promotions-inbox";
import { RowsSkeleton } from "@/components/ui/skeleton";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "Promotions" };

export default async function PromotionsPage({ searchParams }: PageProps<"/promotions">) {
  await requirePage("promotions.read");
  const input = readInboxSearch(await searchParams);
  const client = getQueryClient();
  const section = waitingSectionOf(input);
  await Promise.all([
    client.prefetchQuery(trpc.promotions.list.queryOptions(input)),
    section && client.prefetchQuery(trpc.promotions.list.queryOptions(section)),
    client.prefetchQuery(trpc.promotions.waiting.queryOptions()),
    client.prefetchQuery(trpc.products.list.queryOptions()),
  ]);
  const list = client.getQueryData(trpc.promotions.list.queryKey(input));
  if (list && isBeforeFirst(input, list.items.length)) {
    await client.prefetchQuery(trpc.settings.firstSteps.queryOptions());
  }
  return (
    <Hydrated>
      <Suspense fallback={<RowsSkeleton />}>
        <PromotionsInbox input={input} />
      </Suspense>
    </Hydrated>
  );
}
