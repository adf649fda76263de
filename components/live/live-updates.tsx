"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTRPCClient } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { StatusMark } from "@/components/ui/status-mark";
import { isDatabaseAway } from "./database-away";
import { watchLateArrivals } from "./late-arrivals";
import { createRefresher } from "./refresher";
import { onSignedOut } from "./signed-out";
import { routersOf } from "./topics-of-queries";

/** A hidden tab lets go of its stream: a browser has six connections to a host, for all its tabs together. */
const HIDDEN_MS = 30_000;
/** Shorter breaks are nobody's business. */
const TOLD_AFTER_MS = 3_000;
const RETRY_MS = 2_000;

type Trouble = "stream" | "database" | "signedOut" | "noRole" | null;

const WORDS = {
  stream: "Live updates are interrupted; retrying",
  database:
    "The database cannot be reached. Nothing was lost, what you are typing stays here, and Clearway goes on by itself.",
  signedOut: "You have been signed out. What you were typing stays here.",
  noRole: "Your roles were taken back.",
} satisfies Record<NonNullable<Trouble>, string>;

/** One stream a tab. It says what changed; what is on screen of it is asked for again. */
export function LiveUpdates() {
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [trouble, setTrouble] = useState<Trouble>(null);

  useEffect(() => {
    const refresh = createRefresher(queryClient);
    const late = watchLateArrivals(queryClient);
    const timers: Partial<Record<"hidden" | "told" | "retry", ReturnType<typeof setTimeout> | undefined>> =
      {};
    let stream: { unsubscribe: () => void } | null = null;

    const settled = () => {
      clearTimeout(timers.told);
      timers.told = undefined;
    };
    const connected = () => {
      settled();
      setTrouble(null);
    };
    const lost = () => {
      timers.told ??= setTimeout(async () => {
        const isAway = await isDatabaseAway();
        // Meanwhile it may have come back.
        if (timers.told) setTrouble(isAway ? "database" : "stream");
      }, TOLD_AFTER_MS);
    };
    const away = () => {
      settled();
      setTrouble("database");
    };
    const close = () => {
      stream?.unsubscribe();
      stream = null;
      clearTimeout(timers.retry);
    };
    const open = () => {
      if (stream) return;
      stream = client.live.events.subscribe(undefined, {
        onStarted: settled,
        onData: ({ topic }) => {
          if (topic === "away") return away();
          connected();
          for (const router of routersOf(topic)) {
            if (topic !== "everything") late.heard(router);
            refresh(router);
          }
        },
        onConnectionStateChange: (state) => {
          if (state.state === "connecting" && state.error) lost();
        },
        // The server ends a stream for good only when the session, the person or their last role is gone: ask which.
        onComplete: () => {
          stream = null;
          open();
        },
        onError: (error) => {
          const { code } = tell(error);
          if (code === "UNAUTHENTICATED" || code === "FORBIDDEN") {
            close();
            settled();
            return setTrouble(code === "FORBIDDEN" ? "noRole" : "signedOut");
          }
          if (code === "UNAVAILABLE") away();
          else lost();
          close();
          timers.retry = setTimeout(open, RETRY_MS);
        },
      });
    };
    const onVisibility = () => {
      clearTimeout(timers.hidden);
      if (!document.hidden) return open();
      timers.hidden = setTimeout(close, HIDDEN_MS);
    };

    if (!document.hidden) open();
    document.addEventListener("visibilitychange", onVisibility);
    const stopHearing = onSignedOut(() => {
      settled();
      setTrouble("signedOut");
    });
    return () => {
      stopHearing();
      document.removeEventListener("visibilitychange", onVisibility);
      late.stop();
      close();
      for (const timer of Object.values(timers)) clearTimeout(timer);
    };
  }, [client, queryClient]);

  if (!trouble) return null;
  return (
    <p
      role="status"
      className="fixed bottom-4 left-1/2 z-30 flex w-max max-w-[calc(100vw-2rem)] -translate-x-1/2 items-center gap-2 rounded-md bg-raised px-3 py-2 shadow-float"
    >
      <StatusMark status="unknown" label={null} />
      <span>
        {WORDS[trouble]} <WayOn trouble={trouble} />
      </span>
    </p>
  );
}

/** Elsewhere, so that this page keeps what is on it; its stream is asked for again when one comes back. */
function WayOn({ trouble }: { trouble: NonNullable<Trouble> }) {
  if (trouble === "signedOut") {
    return (
      <a href="/sign-in" target="_blank" rel="noopener" className="underline">
        Sign in again in a new tab
      </a>
    );
  }
  if (trouble !== "noRole") return null;
  return (
    <a href="/" className="underline">
      See what you may still do
    </a>
  );
}
