"use client";

import { useEffect, useState, useTransition } from "react";
import { onNavigationStart } from "./navigation-start";

/** What answers sooner is not worth a word. */
const SHOWS_AFTER_MS = 150;
/** Whatever became of it by then, a bar that goes on says nothing any more. */
const ENDS_AFTER_MS = 30_000;

/** Along the upper edge for as long as the next page, or this one with another filter, is awaited. */
export function ProgressBar() {
  const [isPending, start] = useTransition();
  const [isShown, setIsShown] = useState(false);
  // Begun within the router's transition it is part of it: it ends with the new page, the same page or an error.
  useEffect(() => onNavigationStart(() => start(() => undefined)), []);
  useEffect(() => {
    if (!isPending) return;
    const shows = setTimeout(() => setIsShown(true), SHOWS_AFTER_MS);
    const ends = setTimeout(() => setIsShown(false), ENDS_AFTER_MS);
    return () => {
      clearTimeout(shows);
      clearTimeout(ends);
      setIsShown(false);
    };
  }, [isPending]);
  if (!isPending || !isShown) return null;
  return (
    <div
      role="progressbar"
      aria-label="Loading"
      className="fixed inset-x-0 top-0 z-[60] h-0.5 overflow-hidden bg-accent-tint print:hidden"
    >
      <div className="h-full animate-pass bg-accent" />
    </div>
  );
}
