"use client";

import { type ComponentType, useState } from "react";

type Late<Props> = {
  /** The loaded component, once there. */
  Component: ComponentType<Props> | null;
  /** Begins to load; call it when the need comes near, again when it is there. */
  load: () => void;
};

/** Keeps what opens on demand out of the first bundle, without a Suspense boundary that would blink. */
export function useLate<Props>(fetch: () => Promise<ComponentType<Props>>): Late<Props> {
  const [Component, setComponent] = useState<ComponentType<Props> | null>(null);
  return {
    Component,
    load: () => {
      if (Component === null) void fetch().then((loaded) => setComponent(() => loaded));
    },
  };
}
