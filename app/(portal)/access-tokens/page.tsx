import type { Metadata } from "next";
import { Suspense } from "react";
import { getQueryClient, Hydrated, trpc } from "@/app/_trpc/server";
import { AccessTokensView } from "@/components/access-tokens/access-tokens-view";
import { ONE_REPOSITORY } from "@/components/access-tokens/one-repository";
import { RowsSkeleton } from "@/components/ui/skeleton";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "Access tokens" };

export default async function AccessTokensPage() {
  await requirePage("accessTokens.manage");
  const client = getQueryClient();
  await Promise.all([
    client.prefetchQuery(trpc.accessTokens.list.queryOptions()),
    client.prefetchQuery(trpc.repositories.list.queryOptions(ONE_REPOSITORY)),
  ]);
  return (
    <Hydrated>
      <Suspense fallback={<RowsSkeleton />}>
        <AccessTokensView />
      </Suspense>
    </Hydrated>
  );
}
