"use client";

import { useSyncExternalStore } from "react";

/** Tailwind's `max-md`. */
const NARROW = "(width < 48rem)";

/**
 * Whether the window is a phone's. For what is drawn in two ways and too big to be drawn in both, hidden by CSS. The server
 * draws by `guess`; the browser puts it right, also when it prints.
 */
export function useNarrow(guess: boolean): boolean {
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(NARROW).matches,
    () => guess,
  );
}

function subscribe(listener: () => void): () => void {
  const query = window.matchMedia(NARROW);
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}
