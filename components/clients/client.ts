import type { Outputs } from "@/components/trpc/outputs";

export type Client = Outputs["clients"]["get"];
export type Subscription = Client["subscriptions"][number];
