"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";

export type Shortcut = { keys: string; label: string; href?: string };

/** True where a letter is meant for the page: not while typing, not with a modifier, not under a dialog. */
export function isForPage(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
    return false;
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (target?.closest("input:not([type=checkbox]),textarea,select,[contenteditable=true],[role=menu]"))
    return false;
  return document.querySelector("[role=dialog],[role=alertdialog]") === null;
}

const SEQUENCE_MS = 1200;

const EVERYWHERE: readonly Shortcut[] = [
  { keys: "⌘ K", label: "Find by SHA, ticket, version, branch or name" },
  { keys: "/", label: "Find" },
  { keys: "j", label: "Next row" },
  { keys: "k", label: "Previous row" },
  { keys: "Enter", label: "Open the row" },
  { keys: "Esc", label: "Close what floats" },
  { keys: "?", label: "These keys" },
];

/** The keys that work on every page: `g` and a letter, `j` and `k` along rows, `?` for this list. */
export function Keyboard({ shortcuts }: { shortcuts: readonly Shortcut[] }) {
  const router = useRouter();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    let pressed: { key: string; at: number } | null = null;
    const onKey = (event: KeyboardEvent) => {
      if (!isForPage(event)) return;
      const sequence =
        pressed && event.timeStamp - pressed.at < SEQUENCE_MS ? `${pressed.key} ${event.key}` : event.key;
      const hit = shortcuts.find((shortcut) => shortcut.href !== undefined && shortcut.keys === sequence);
      pressed = { key: event.key, at: event.timeStamp };
      if (hit?.href) {
        event.preventDefault();
        pressed = null;
        router.push(hit.href);
      } else if (event.key === "?") {
        setShown(true);
      } else if (event.key === "j" || event.key === "k") {
        moveAlongRows(event.key === "j" ? 1 : -1);
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [router, shortcuts]);
  return (
    <Dialog open={shown} onOpenChange={setShown} title="Keys">
      <ul className="flex flex-col">
        {[...EVERYWHERE, ...shortcuts].map((shortcut) => (
          <li key={shortcut.keys} className="flex h-8 items-center justify-between">
            <span>{shortcut.label}</span>
            <Kbd keys={shortcut.keys} />
            <span className="sr-only">{shortcut.keys}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function moveAlongRows(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row-link]")].filter(
    (row) => row.offsetParent,
  );
  const focused = document.activeElement;
  const at = focused instanceof HTMLElement ? rows.indexOf(focused) : -1;
  const next = at === -1 ? rows[step === 1 ? 0 : rows.length - 1] : rows[at + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
