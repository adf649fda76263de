"use client";

import { useEffect } from "react";
import type { DialogProps } from "./dialog-surface";
import { useLate } from "./late";

/** A question in the middle of the screen. Nothing of it is loaded before it is first opened. */
export function Dialog(props: DialogProps) {
  const { Component, load } = useLate<DialogProps>(() =>
    import("./dialog-surface").then((m) => m.DialogSurface),
  );
  useEffect(() => {
    if (props.open) load();
  });
  return Component ? <Component {...props} /> : null;
}
