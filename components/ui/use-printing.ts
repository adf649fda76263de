"use client";

import { useSyncExternalStore } from "react";

const PRINT = "print";

function listen(onChange: () => void): () => void {
  const query = window.matchMedia(PRINT);
  query.addEventListener("change", onChange);
  return () => query.removeEventListener("change", onChange);
}

/** True while the page is laid out for paper: for what would be too much on a screen. */
export function usePrinting(): boolean {
  return useSyncExternalStore(
    listen,
    () => window.matchMedia(PRINT).matches,
    () => false,
  );
}
