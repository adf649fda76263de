"use client";

import { useEffect } from "react";
import type { DrawerProps } from "./drawer-surface";
import { useLate } from "./late";

/** Details at the right, over a list that keeps its place. */
export function Drawer(props: DrawerProps) {
  const { Component, load } = useLate<DrawerProps>(() =>
    import("./drawer-surface").then((m) => m.DrawerSurface),
  );
  useEffect(() => {
    if (props.open) load();
  });
  return Component ? <Component {...props} /> : null;
}
