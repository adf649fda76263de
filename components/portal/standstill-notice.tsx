"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { StatusMark } from "@/components/ui/status-mark";

const LOOK_AGAIN_MS = 10_000;

/** Across every page while nobody is there to do the work: a dead worker announces nothing, so this is asked for. */
export function StandstillNotice() {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.settings.shell.queryOptions(undefined, { refetchInterval: LOOK_AGAIN_MS }));
  if (!data || data.isWorkerSeen) return null;
  return (
    <p
      role="status"
      className="flex items-center gap-2 border-b bg-wait-tint px-4 py-2 text-wait-ink md:px-6"
    >
      <StatusMark status="unknown" label={null} />
      <span>
        <b>No worker is running.</b> What you decide is kept and carried out as soon as one is back.
      </span>
    </p>
  );
}
