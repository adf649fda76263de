"use client";

import { useEffect, useRef } from "react";
import { isForPage } from "@/components/shell/keyboard";
import type { Branch } from "./branch";

type Handlers = {
  branchOf: (id: string) => Branch | undefined;
  onSelect: (branch: Branch) => void;
  /** Of the row one is on, if any. */
  onDelete: (branch: Branch | undefined) => void;
  onClear: () => void;
};

/** Besides j and k: x selects the row one is on, # or Delete deletes it or the selection, Enter opens, Esc clears. */
export function useBranchKeys(handlers: Handlers): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isForPage(event)) return;
      const row = document.activeElement?.closest<HTMLElement>("[data-branch-id]");
      const branch = row ? latest.current.branchOf(row.dataset.branchId ?? "") : undefined;
      if (event.key === "x" && branch && !branch.deletion) latest.current.onSelect(branch);
      else if (event.key === "#" || event.key === "Delete") latest.current.onDelete(branch);
      else if (event.key === "Escape") latest.current.onClear();
      else if (event.key === "Enter" && row && row === document.activeElement) {
        row.querySelector<HTMLElement>("[data-opens]")?.click();
      } else return;
      if (event.key !== "Escape") event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
