"use client";

import { useRouter } from "next/navigation";
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

type RouteDrawerProps = Omit<DrawerProps, "open" | "onOpenChange"> & { closeHref: string };

/** A drawer that is open because the address says so; closing goes to `closeHref`. */
export function RouteDrawer({ closeHref, ...rest }: RouteDrawerProps) {
  const router = useRouter();
  return <Drawer {...rest} open onOpenChange={(open) => open || router.push(closeHref, { scroll: false })} />;
}
