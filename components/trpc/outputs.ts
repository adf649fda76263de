import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/trpc/root";

/** What each procedure answers: the only shapes that components know of the server. */
export type Outputs = inferRouterOutputs<AppRouter>;
