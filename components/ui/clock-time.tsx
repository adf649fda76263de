"use client";

import { useSyncExternalStore } from "react";

const OPTIONS = { hour: "2-digit", minute: "2-digit" } as const;

type ClockTimeProps = { at: Date | string; seconds?: boolean; className?: string };

const never = () => () => undefined;

/** "09:02" in the viewer's own zone, which the server does not know: it says UTC until the browser takes over. */
export function ClockTime({ at, seconds = false, className }: ClockTimeProps) {
  const isBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const iso = typeof at === "string" ? at : at.toISOString();
  const clock = new Intl.DateTimeFormat("en-GB", {
    ...OPTIONS,
    ...(seconds ? { second: "2-digit" } : {}),
    ...(isBrowser ? {} : { timeZone: "UTC" }),
  });
  return (
    <time dateTime={iso} data-tip-time={iso} className={className}>
      {clock.format(new Date(iso))}
    </time>
  );
}
