import type { Outputs } from "@/components/trpc/outputs";

export type Settings = Outputs["settings"]["get"];
