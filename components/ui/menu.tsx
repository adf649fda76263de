"use client";

import { useState } from "react";
import { Button } from "./button";
import { useLate } from "./late";
import type { MenuProps } from "./menu-surface";

/** A button with a list of acts. The list is fetched when a pointer or the focus comes near. */
export function Menu(props: MenuProps) {
  const [asked, setAsked] = useState(false);
  const { Component, load } = useLate<MenuProps>(() => import("./menu-surface").then((m) => m.MenuSurface));
  if (asked && Component) return <Component {...props} />;
  return (
    <Button
      aria-haspopup="menu"
      aria-expanded={false}
      {...props.button}
      onPointerEnter={load}
      onFocus={load}
      onClick={() => {
        load();
        setAsked(true);
      }}
    />
  );
}
