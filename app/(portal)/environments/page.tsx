import type { Metadata } from "next";
import { headers } from "next/headers";
import { Suspense } from "react";
import { getQueryClient, Hydrated, trpc } from "@/app/_trpc/server";
import { EnvironmentsView } from "@/components/environments/environments-view";
import { matrixInput, readMatrixSearch } from "@/components/environments/matrix-search";
import { RowsSkeleton } from "@/components/ui/skeleton";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "Environments" };

export default async function EnvironmentsPage({ searchParams }: PageProps<"/environments">) {
  await requirePage("environments.read");
  const address = readMatrixSearch(await searchParams);
  const { slotId, compare: [left, right] = [] } = address;
  const client = getQueryClient();
  const isPhone = saysPhone(await headers());
  await Promise.all([
    client.prefetchQuery(trpc.environments.matrix.queryOptions(matrixInput(address))),
    client.prefetchQuery(trpc.products.list.queryOptions()),
    slotId && client.prefetchQuery(trpc.environments.slot.queryOptions({ slotId })),
    left && right && client.prefetchQuery(trpc.environments.compare.queryOptions({ left, right })),
  ]);
  return (
    <Hydrated>
      <Suspense fallback={<RowsSkeleton rows={10} />}>
        <EnvironmentsView isPhone={isPhone} />
      </Suspense>
    </Hydrated>
  );
}

/** What the browser says of itself: only a guess, with which the first drawing begins. */
function saysPhone(asked: Headers): boolean {
  return asked.get("sec-ch-ua-mobile") === "?1" || /\bMobi/.test(asked.get("user-agent") ?? "");
}
