import type { Metadata } from "next";
import { forbidden } from "next/navigation";
import { getQueryClient, Hydrated, trpc } from "@/app/_trpc/server";
import { readSettingsTab } from "@/components/settings/settings-search";
import { SettingsView } from "@/components/settings/settings-view";
import { can } from "@/domain/permissions";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage({ searchParams }: PageProps<"/settings">) {
  const actor = await requirePage("settings.read");
  if (!can(actor, "settings.read", { productId: null })) forbidden();
  const tab = readSettingsTab(await searchParams);
  await getQueryClient().fetchQuery(trpc.settings.get.queryOptions());
  return (
    <Hydrated>
      <SettingsView
        tab={tab}
        mayEdit={can(actor, "settings.edit", { productId: null })}
        mayAudit={can(actor, "audit.read", { productId: null })}
      />
    </Hydrated>
  );
}
