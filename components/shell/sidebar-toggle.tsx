"use client";

import { PanelLeft } from "lucide-react";
import { IconButton } from "@/components/ui/button";
import { SIDEBAR_COOKIE } from "./sidebar-cookie";

/** Collapses the sidebar to its icons. A cookie remembers it, so that the server draws the right width at once. */
export function SidebarToggle() {
  return (
    <IconButton
      small
      label="Collapse or expand the sidebar"
      icon={<PanelLeft aria-hidden className="size-4" />}
      onClick={() => {
        const root = document.documentElement;
        const next = root.dataset.sidebar === "collapsed" ? "open" : "collapsed";
        root.dataset.sidebar = next;
        // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
        document.cookie = `${SIDEBAR_COOKIE}=${next};path=/;max-age=31536000;samesite=lax`;
      }}
    />
  );
}
