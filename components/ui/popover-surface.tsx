"use client";

import { Popover } from "radix-ui";
import type { ReactNode } from "react";
import { Button, type ButtonProps } from "./button";

export type PopoverProps = {
  button: ButtonProps;
  /** What the box holds, for screen readers. */
  label: string;
  align?: "start" | "end";
  children: ReactNode;
};

export function PopoverSurface({ button, label, align = "start", children }: PopoverProps) {
  return (
    <Popover.Root defaultOpen>
      <Popover.Trigger asChild>
        <Button {...button} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label={label}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 w-80 max-w-[calc(100vw-16px)] animate-appear rounded-lg bg-raised p-4 shadow-float outline-none"
        >
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
