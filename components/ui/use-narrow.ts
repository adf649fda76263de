"use client";

import { useSyncExternalStore } from "react";

/** Tailwind's `max-md`. */
const NARROW = "(width < 48rem)";

let isPrinting = false;

/**
 * Whether the window is a phone's. For what is drawn in two ways and is too big to be drawn in both, one hidden by CSS. The
 * server draws by `guess`, which the browser puts right. Paper counts as narrow: nothing scrolls sideways there.
 */
export function useNarrow(guess: boolean): boolean {
  return useSyncExternalStore(
    subscribe,
    () => isPrinting || window.matchMedia(NARROW).matches,
    () => guess,
  );
}

function subscribe(listener: () => void): () => void {
  const query = window.matchMedia(NARROW);
  // The query itself is not told of when a page is printed.
  const onPrint = ({ type }: Event) => {
    isPrinting = type === "beforeprint";
    listener();
  };
  query.addEventListener("change", listener);
  window.addEventListener("beforeprint", onPrint);
  window.addEventListener("afterprint", onPrint);
  return () => {
    query.removeEventListener("change", listener);
    window.removeEventListener("beforeprint", onPrint);
    window.removeEventListener("afterprint", onPrint);
  };
}
