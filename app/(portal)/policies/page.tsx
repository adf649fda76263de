import type { Metadata } from "next";
import { getQueryClient, Hydrated, trpc } from "@/app/_trpc/server";
import { PoliciesView } from "@/components/policies/policies-view";
import { can } from "@/domain/permissions";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "Policies" };

export default async function PoliciesPage() {
  const actor = await requirePage("policies.read");
  await getQueryClient().fetchQuery(trpc.policies.list.queryOptions());
  return (
    <Hydrated>
      <PoliciesView mayEdit={can(actor, "policies.edit", { productId: null })} />
    </Hydrated>
  );
}
