import type { Metadata } from "next";
import { Suspense } from "react";
import { getQueryClient, Hydrated, trpc } from "@/app/_trpc/server";
import { auditInput, readAuditSearch } from "@/components/audit/audit-search";
import { AuditView } from "@/components/audit/audit-view";
import { RowsSkeleton } from "@/components/ui/skeleton";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "Audit" };

export default async function AuditPage({ searchParams }: PageProps<"/audit">) {
  await requirePage("audit.read");
  const address = readAuditSearch(await searchParams);
  const client = getQueryClient();
  await Promise.all([
    client.prefetchQuery(trpc.audit.list.queryOptions(auditInput(address))),
    client.prefetchQuery(trpc.products.list.queryOptions()),
  ]);
  return (
    <Hydrated>
      <Suspense fallback={<RowsSkeleton />}>
        <AuditView address={address} />
      </Suspense>
    </Hydrated>
  );
}
