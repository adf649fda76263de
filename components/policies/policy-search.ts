import { addressOf, oneOf, type SearchParams, segment } from "@/components/portal/address";

const POLICY_TABS = ["rules", "versions"] as const;
export type PolicyTab = (typeof POLICY_TABS)[number];

export function readPolicyTab(params: SearchParams): PolicyTab {
  return oneOf(params, "tab", POLICY_TABS) ?? "rules";
}

export function policyHref(key: string, tab: PolicyTab = "rules"): string {
  return addressOf(`/policies/${segment(key)}`, { tab: tab === "rules" ? undefined : tab });
}
