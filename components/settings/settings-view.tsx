"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { Tabs } from "@/components/ui/tabs";
import { CatalogSettings } from "./catalog-settings";
import { GeneralSettings } from "./general-settings";
import { PermissionTable } from "./permission-table";
import { SETTINGS_TABS, type SettingsTab, settingsHref } from "./settings-search";

const LABELS: Record<SettingsTab, string> = {
  general: "General",
  permissions: "Permissions",
  catalog: "Catalog",
};

type SettingsViewProps = { tab: SettingsTab; mayEdit: boolean; mayAudit: boolean };

/** What is set: shown, and only the runner can be changed here. */
export function SettingsView({ tab, mayEdit, mayAudit }: SettingsViewProps) {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.settings.get.queryOptions());
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Settings" }]}
        title="Settings"
        summary={`What applies to ${data.installation?.organisationName ?? "this installation"}.`}
      >
        <Tabs
          label="Parts of the settings"
          tabs={SETTINGS_TABS.map((one) => ({
            label: LABELS[one],
            href: settingsHref(one),
            current: one === tab,
          }))}
        />
      </PageHeader>
      {tab === "general" ? <GeneralSettings settings={data} mayEdit={mayEdit} mayAudit={mayAudit} /> : null}
      {tab === "permissions" ? <PermissionTable permissions={data.permissions} /> : null}
      {tab === "catalog" ? <CatalogSettings catalog={data.catalog} /> : null}
      <Freshness asOf={new Date(dataUpdatedAt)} />
    </>
  );
}
