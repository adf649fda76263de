"use client";

import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { IconButton } from "./button";
import { classNames } from "./class-names";

export type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** One or two sentences: what will happen. */
  description?: ReactNode;
  /** The acts, right-aligned; the one that is asked for comes last. */
  actions?: ReactNode;
  wide?: boolean;
  children?: ReactNode;
};

/** A question that wants words starts in its field, not on its close button. */
function focusFirstField(event: Event) {
  const surface = event.currentTarget instanceof HTMLElement ? event.currentTarget : null;
  const field = surface?.querySelector<HTMLElement>("input:not([type=hidden]),textarea,select");
  if (!field) return;
  event.preventDefault();
  field.focus();
}

export function DialogSurface({
  open,
  onOpenChange,
  title,
  description,
  actions,
  wide = false,
  children,
}: DialogProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-scrim" />
        <Dialog.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          onOpenAutoFocus={focusFirstField}
          className={classNames(
            "fixed inset-x-4 top-[12vh] z-50 mx-auto flex max-h-[76vh] animate-appear flex-col overflow-hidden rounded-lg bg-raised shadow-float outline-none [--sticky-top:0px]",
            wide ? "max-w-2xl" : "max-w-md",
          )}
        >
          <div className="flex items-start gap-4 px-5 pt-4">
            <div className="min-w-0 flex-1">
              <Dialog.Title className="text-base">{title}</Dialog.Title>
              {description ? (
                <Dialog.Description className="mt-1 text-ink-2">{description}</Dialog.Description>
              ) : null}
            </div>
            <Dialog.Close asChild>
              <IconButton small label="Close" icon={<X aria-hidden className="size-4" />} className="-mr-2" />
            </Dialog.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {actions ? <div className="flex justify-end gap-2 border-t px-5 py-3">{actions}</div> : null}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
