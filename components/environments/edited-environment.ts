import type { Outputs } from "@/components/trpc/outputs";

export type EnvironmentList = Outputs["environments"]["list"];
export type EditedEnvironment = EnvironmentList["environments"][number];
