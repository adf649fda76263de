import { useTRPC } from "@/components/trpc/client";

/** What the dialogs on environments share: what becomes stale, and which refusals stand beside the fields. */
export function useActOptions(onSuccess: () => void) {
  const trpc = useTRPC();
  return {
    meta: {
      invalidates: [trpc.environments.pathKey(), trpc.policies.pathKey(), trpc.promotions.pathKey()],
      tellsItself: [
        "CONFLICT",
        "INVALID",
        "FORBIDDEN",
        "NOT_FOUND",
        "SLOT_BUSY",
        "STALE_WRITE",
        "UNSATISFIABLE",
        "ENVIRONMENT_RETIRED",
      ] as const,
    },
    onSuccess,
  };
}
