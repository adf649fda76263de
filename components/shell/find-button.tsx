"use client";

import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { useLate } from "@/components/ui/late";
import type { FindPage, FindPaletteProps, Search as SearchFunction } from "./find-palette";
import { isForPage } from "./keyboard";

/** Opens the find palette, also by `⌘K`, `ctrl-K` and `/`. Nothing of the palette is loaded before. */
export function FindButton({ search, pages }: { search: SearchFunction; pages: readonly FindPage[] }) {
  const [open, setOpen] = useState(false);
  const { Component, load } = useLate<FindPaletteProps>(() =>
    import("./find-palette").then((m) => m.FindPalette),
  );
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const chord = event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey) && !event.shiftKey;
      if (!chord && !(event.key === "/" && isForPage(event))) return;
      event.preventDefault();
      setOpen(true);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  useEffect(() => {
    if (open) load();
  });
  return (
    <>
      <Button
        variant="ghost"
        onPointerEnter={load}
        onFocus={load}
        onClick={() => setOpen(true)}
        aria-haspopup="dialog"
        aria-label="Find"
        aria-keyshortcuts="Meta+K Control+K /"
        icon={<Search aria-hidden className="size-4" />}
        className="max-md:w-10 max-md:px-0"
      >
        <span className="max-md:hidden">Find</span>
        <Kbd keys="⌘ K" className="max-md:hidden" />
      </Button>
      {Component ? <Component open={open} onOpenChange={setOpen} search={search} pages={pages} /> : null}
    </>
  );
}
