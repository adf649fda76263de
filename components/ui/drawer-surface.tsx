"use client";

import { Maximize2, X } from "lucide-react";
import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { AppLink } from "./app-link";
import { buttonClass, IconButton } from "./button";

export type DrawerProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** The same thing as a page of its own. */
  pageHref?: string;
  children: ReactNode;
};

export function DrawerSurface({ open, onOpenChange, title, pageHref, children }: DrawerProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 right-0 z-40 flex w-full max-w-2xl animate-slide-in flex-col bg-ground shadow-float outline-none [--sticky-top:0px]"
        >
          <header className="flex h-12 shrink-0 items-center gap-1 border-b pr-2 pl-5">
            <Dialog.Title className="min-w-0 flex-1 truncate text-sm">{title}</Dialog.Title>
            {pageHref ? (
              <AppLink
                href={pageHref}
                aria-label="Open as a page"
                data-tip="Open as a page"
                className={buttonClass({ variant: "ghost", size: "icon" })}
              >
                <Maximize2 aria-hidden className="size-4" />
              </AppLink>
            ) : null}
            <Dialog.Close asChild>
              <IconButton label="Close" keys="Esc" icon={<X aria-hidden className="size-4" />} />
            </Dialog.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
