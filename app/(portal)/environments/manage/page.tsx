import type { Metadata } from "next";
import { forbidden } from "next/navigation";
import { getQueryClient, Hydrated, trpc } from "@/app/_trpc/server";
import { ManageEnvironments } from "@/components/environments/manage-environments";
import { can } from "@/domain/permissions";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "Edit environments" };

export default async function ManageEnvironmentsPage() {
  const actor = await requirePage("environments.edit");
  if (!can(actor, "environments.edit", { productId: null })) forbidden();
  await getQueryClient().fetchQuery(trpc.environments.list.queryOptions());
  return (
    <Hydrated>
      <ManageEnvironments />
    </Hydrated>
  );
}
