import type { Metadata } from "next";
import { Suspense } from "react";
import { getQueryClient, Hydrated, trpc } from "@/app/_trpc/server";
import { AccessTokensView } from "@/components/access-tokens/access-tokens-view";
import { RowsSkeleton } from "@/components/ui/skeleton";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "Access tokens" };

export default async function AccessTokensPage() {
  await requirePage("accessTokens.manage");
  await getQueryClient().prefetchQuery(trpc.accessTokens.list.queryOptions());
  return (
    <Hydrated>
      <Suspense fallback={<RowsSkeleton />}>
        <AccessTokensView />
      </Suspense>
    </Hydrated>
  );
}
