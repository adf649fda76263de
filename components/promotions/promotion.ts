import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/trpc/root";

type Outputs = inferRouterOutputs<AppRouter>["promotions"];

export type PromotionCard = Outputs["get"];
export type PromotionChanges = Outputs["changes"];
export type PromotionLine = Outputs["list"]["items"][number];
