import type { Outputs } from "@/components/trpc/outputs";

export type Branch = Outputs["branches"]["list"]["items"][number];
