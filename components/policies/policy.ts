import type { Outputs } from "@/components/trpc/outputs";

export type PolicyList = Outputs["policies"]["list"];
export type PolicyDetail = Outputs["policies"]["get"];
export type PolicyVersion = PolicyDetail["versions"][number];
export type PolicyPreview = Outputs["policies"]["preview"];

/** The names of environments by key, as sentences want them. */
export function namesOf(places: readonly { key: string; name: string }[]): ReadonlyMap<string, string> {
  return new Map(places.map(({ key, name }) => [key, name]));
}
