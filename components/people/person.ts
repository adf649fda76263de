import type { Outputs } from "@/components/trpc/outputs";

export type Person = Outputs["people"]["get"];
export type AccessRequest = Outputs["people"]["requests"]["items"][number];
