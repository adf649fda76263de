"use client";

import { useEffect } from "react";
import { useTRPCClient } from "@/components/trpc/client";

/** A glance is not a look. */
const LOOKED_MS = 1_500;

/** Remembers, when this page is left, that the person has looked at this head: "since I last looked" begins there. */
export function useMarkSeen(pullRequestId: string, headSha: string): void {
  const client = useTRPCClient();
  useEffect(() => {
    const begun = Date.now();
    let isMarked = false;
    const mark = () => {
      if (isMarked || Date.now() - begun < LOOKED_MS) return;
      isMarked = true;
      // Nobody waits for it: what is lost is only a memory of what was looked at.
      client.pullRequests.markSeen.mutate({ pullRequestId, headSha }).catch(() => undefined);
    };
    window.addEventListener("pagehide", mark);
    return () => {
      window.removeEventListener("pagehide", mark);
      mark();
    };
  }, [client, pullRequestId, headSha]);
}
