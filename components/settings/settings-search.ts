import { addressOf, oneOf, type SearchParams } from "@/components/portal/address";

export const SETTINGS_TABS = ["general", "permissions", "catalog"] as const;
export type SettingsTab = (typeof SETTINGS_TABS)[number];

export function readSettingsTab(params: SearchParams): SettingsTab {
  return oneOf(params, "tab", SETTINGS_TABS) ?? "general";
}

export function settingsHref(tab: SettingsTab): string {
  return addressOf("/settings", { tab: tab === "general" ? undefined : tab });
}
