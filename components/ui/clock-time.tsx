"use client";

import { useSyncExternalStore } from "react";
import { formatMoment, machineTime } from "./format-time";
import { useNow } from "./use-now";

type ClockTimeProps = { at: Date | string; seconds?: boolean; className?: string };

const never = () => () => undefined;
/** A moment in the viewer's own zone, which the server does not know: it says UTC until the browser takes over. */
export function ClockTime({ at, seconds = false, className }: ClockTimeProps) {
  const isBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const now = useNow(15_000);
  const iso = typeof at === "string" ? at : at.toISOString();
  return (
    <time dateTime={machineTime(iso)} data-tip-time={iso} className={className} suppressHydrationWarning>
      {formatMoment(new Date(iso), new Date(now), { seconds, timeZone: isBrowser ? undefined : "UTC" })}
    </time>
  );
}
