"use client";

import { useTheme } from "next-themes";
import { useEffect } from "react";
import { toast as show, Toaster } from "sonner";
import { StatusMark } from "./status-mark";
import type { Toast } from "./toast-queue";

type ToastSurfaceProps = { toasts: readonly Toast[]; onShown: (toasts: readonly Toast[]) => void };

export function ToastSurface({ toasts, onShown }: ToastSurfaceProps) {
  const { resolvedTheme } = useTheme();
  useEffect(() => {
    if (toasts.length === 0) return;
    for (const toast of toasts) {
      show(toast.title, {
        ...(toast.description === undefined ? {} : { description: toast.description }),
        ...(toast.action === undefined ? {} : { action: toast.action }),
        ...(toast.id === undefined ? {} : { id: toast.id }),
        ...(toast.tone === "ok" ? { icon: <StatusMark status="ok" label={null} /> } : {}),
        ...(toast.tone === "error" ? { icon: <StatusMark status="failed" label={null} /> } : {}),
        // What is to be read, or can be undone, stays longer.
        ...(toast.tone === "error" || toast.action ? { duration: 10_000 } : {}),
      });
    }
    onShown(toasts);
  }, [toasts, onShown]);
  return (
    <Toaster
      theme={resolvedTheme === "dark" ? "dark" : "light"}
      position="bottom-right"
      offset={{
        right: "calc(16px + var(--right-column, 0px))",
        bottom: "calc(16px + var(--bottom-bar, 0px))",
      }}
      mobileOffset={{ left: 16, right: 16, bottom: "calc(16px + var(--bottom-bar, 0px))" }}
      gap={8}
      closeButton={false}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "flex w-full items-start gap-2.5 rounded-lg bg-raised px-3.5 py-3 font-sans text-ink text-sm shadow-float md:w-[356px]",
          icon: "mt-[3px] flex",
          content: "min-w-0 flex-1",
          title: "font-medium",
          description: "mt-0.5 text-ink-2",
          actionButton:
            "self-center rounded-md border border-line-strong px-2 py-1 font-medium hover:bg-fill",
        },
      }}
    />
  );
}
