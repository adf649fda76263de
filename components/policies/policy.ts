import type { Outputs } from "@/components/trpc/outputs";

export type PolicyList = Outputs["policies"]["list"];
export type PolicyDetail = Outputs["policies"]["get"];
export type PolicyVersion = PolicyDetail["versions"][number];
export type PolicyPreview = Outputs["policies"]["preview"];

export type PreviewState = {
  data: PolicyPreview | undefined;
  /** It belongs to what is on the screen, not to what was there a moment ago. */
  isCurrent: boolean;
  error: unknown;
  retry: () => void;
};

/** The names of environments by key, as sentences want them. */
export function namesOf(places: readonly { key: string; name: string }[]): ReadonlyMap<string, string> {
  return new Map(places.map(({ key, name }) => [key, name]));
}
