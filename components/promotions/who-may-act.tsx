"use client";

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, type SyntheticEvent, useRef } from "react";
import { useTRPC } from "@/components/trpc/client";
import { HINT_CHANGED } from "@/components/ui/hint-changed";
import { whoMayAct } from "./who-may-act-words";

const PAUSE_MS = 120;

/**
 * Whose turn it is, on the cell marked `data-waits` of the row that is hovered or focused. Asked for when somebody
 * rests there, from the card that opens next: fifty rows would otherwise look for eligible people fifty times.
 */
export function WhoMayAct({ children }: { children: ReactNode }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const asked = useRef<HTMLElement | null>(null);
  const onNear = (event: SyntheticEvent) => {
    const row = event.target instanceof Element ? event.target.closest("tr") : null;
    const cell = row?.querySelector<HTMLElement>("[data-waits]") ?? null;
    if (cell === asked.current) return;
    asked.current = cell;
    clearTimeout(timer.current);
    const number = Number(cell?.dataset.waits);
    if (!cell || !number) return;
    timer.current = setTimeout(async () => {
      const options = trpc.promotions.get.queryOptions({ number }, { staleTime: 15_000 });
      const card = await client.fetchQuery(options).catch(() => null);
      const words = card && whoMayAct(card);
      if (!words) return;
      cell.dataset.tip = words;
      cell.dispatchEvent(new Event(HINT_CHANGED, { bubbles: true }));
    }, PAUSE_MS);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it listens to what its rows are told, it does nothing itself
    <div onPointerOver={onNear} onFocus={onNear}>
      {children}
    </div>
  );
}
