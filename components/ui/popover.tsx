"use client";

import { useState } from "react";
import { Button } from "./button";
import { useLate } from "./late";
import type { PopoverProps } from "./popover-surface";

/** A button that opens a small box beside itself. */
export function Popover(props: PopoverProps) {
  const [asked, setAsked] = useState(false);
  const { Component, load } = useLate<PopoverProps>(() =>
    import("./popover-surface").then((m) => m.PopoverSurface),
  );
  if (asked && Component) return <Component {...props} />;
  return (
    <Button
      aria-haspopup="dialog"
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
