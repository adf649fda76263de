import { addressOf, oneOf, type SearchParams, segment, textOf } from "@/components/portal/address";

const POLICY_TABS = ["rules", "versions"] as const;
export type PolicyTab = (typeof POLICY_TABS)[number];

export function readPolicyTab(params: SearchParams): PolicyTab {
  return oneOf(params, "tab", POLICY_TABS) ?? "rules";
}

/** The key of an environment that the draft begins by asking for. */
export function readAskFor(params: SearchParams): string | undefined {
  return textOf(params, "ask-for", 30);
}

export function policyHref(key: string, tab: PolicyTab = "rules", askFor?: string): string {
  return addressOf(`/policies/${segment(key)}`, {
    tab: tab === "rules" ? undefined : tab,
    "ask-for": askFor,
  });
}
