"use client";

import { useSyncExternalStore } from "react";

type Clock = { now: number; listeners: Set<() => void>; timer: ReturnType<typeof setInterval> | undefined };

const clocks = new Map<number, Clock>();

function clockOf(everyMs: number): Clock {
  const known = clocks.get(everyMs);
  if (known) return known;
  const clock: Clock = { now: Date.now(), listeners: new Set(), timer: undefined };
  clocks.set(everyMs, clock);
  return clock;
}

/** Milliseconds now, renewed every `everyMs`. All that tick alike share one timer. */
export function useNow(everyMs: 1000 | 15_000): number {
  const subscribe = everyMs === 1000 ? subscribeSecond : subscribeQuarter;
  return useSyncExternalStore(
    subscribe,
    () => clockOf(everyMs).now,
    () => (typeof window === "undefined" ? Date.now() : clockOf(everyMs).now),
  );
}

const subscribeSecond = (listener: () => void) => subscribeTo(1000, listener);
const subscribeQuarter = (listener: () => void) => subscribeTo(15_000, listener);

function subscribeTo(everyMs: number, listener: () => void): () => void {
  const clock = clockOf(everyMs);
  clock.listeners.add(listener);
  clock.timer ??= setInterval(() => {
    clock.now = Date.now();
    for (const tell of clock.listeners) tell();
  }, everyMs);
  if (Date.now() - clock.now > everyMs) clock.now = Date.now();
  return () => {
    clock.listeners.delete(listener);
    if (clock.listeners.size > 0) return;
    clearInterval(clock.timer);
    clock.timer = undefined;
  };
}
