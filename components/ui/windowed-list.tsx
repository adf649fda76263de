"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";

type WindowedListProps<Item> = {
  label: string;
  items: readonly Item[];
  itemKey: (item: Item) => string;
  /** Pixels; 36 unless told. Rows may turn out taller: they are measured. */
  rowHeight?: number;
  children: (item: Item, index: number) => ReactNode;
};

/** A list of any length that scrolls with the page and draws only what is near the screen. */
export function WindowedList<Item>({
  label,
  items,
  itemKey,
  rowHeight = 36,
  children,
}: WindowedListProps<Item>) {
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    if (list.current) setTop(list.current.getBoundingClientRect().top + window.scrollY);
  }, []);
  const virtualizer = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: top,
    initialRect: { width: 1280, height: 900 },
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : itemKey(item);
    },
  });
  return (
    <ul ref={list} aria-label={label} className="relative" style={{ height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map((slot) => {
        const item = items[slot.index];
        if (item === undefined) return null;
        return (
          <li
            key={slot.key}
            ref={virtualizer.measureElement}
            data-index={slot.index}
            aria-setsize={items.length}
            aria-posinset={slot.index + 1}
            className="absolute inset-x-0 top-0"
            style={{ transform: `translateY(${slot.start - virtualizer.options.scrollMargin}px)` }}
          >
            {children(item, slot.index)}
          </li>
        );
      })}
    </ul>
  );
}
