"use client";

import { useCallback, useEffect, useState } from "react";
import { useLate } from "./late";
import { listenForToasts, type Toast } from "./toast-queue";

type SurfaceProps = { toasts: readonly Toast[]; onShown: (toasts: readonly Toast[]) => void };

const fetchSurface = () => import("./toast-surface").then((m) => m.ToastSurface);

/** Where toasts appear; once, in the root layout. Say something with `showToast` from `toast-queue`. */
export function ToastRegion() {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const { Component, load } = useLate<SurfaceProps>(fetchSurface);
  useEffect(() => listenForToasts((toast) => setToasts((known) => [...known, toast])), []);
  useEffect(() => {
    if (toasts.length > 0) load();
  });
  const forget = useCallback(
    (shown: readonly Toast[]) => setToasts((known) => known.filter((toast) => !shown.includes(toast))),
    [],
  );
  return Component ? <Component toasts={toasts} onShown={forget} /> : null;
}
