"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDownToLine, ChevronDown, ChevronUp } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { findLines } from "@/domain/text/find-lines";
import { Button, IconButton } from "./button";
import { classNames } from "./class-names";
import { Input } from "./input";
import { splitLine } from "./log-search";
import { UntrustedText } from "./untrusted-text";

type LogViewProps = {
  /** What it is the log of: "build". */
  label: string;
  /** Without terminal colours, one entry a line. */
  lines: readonly string[];
  /** More lines may come: the view sticks to the end until somebody scrolls up. */
  live?: boolean;
  /** Said while there is no line yet. */
  empty?: string;
  /** At the right of the bar: download, copy. */
  actions?: ReactNode;
  className?: string;
};

const LINE_HEIGHT = 20;

export function LogView({
  label,
  lines,
  live = false,
  empty = "No output yet.",
  actions,
  className,
}: LogViewProps) {
  const box = useRef<HTMLElement>(null);
  const [follow, setFollow] = useState(live);
  const [words, setWords] = useState("");
  const [current, setCurrent] = useState(0);
  const found = useMemo(() => findLines(lines, words), [lines, words]);
  const foundLine = found[current % Math.max(1, found.length)];
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
    initialRect: { width: 800, height: 480 },
  });

  // The end of a growing box is known only after it was drawn.
  useEffect(() => {
    if (follow && lines.length > 0) virtualizer.scrollToIndex(lines.length - 1, { align: "end" });
  }, [follow, lines.length, virtualizer]);

  const goTo = (step: number) => {
    if (found.length === 0) return;
    const next = (current + step + found.length) % found.length;
    setCurrent(next);
    setFollow(false);
    virtualizer.scrollToIndex(found[next] ?? 0, { align: "center" });
  };
  const search = (next: string) => {
    setWords(next);
    setCurrent(0);
    const first = findLines(lines, next)[0];
    if (first === undefined) return;
    setFollow(false);
    virtualizer.scrollToIndex(first, { align: "center" });
  };
  const digits = String(Math.max(lines.length, 1)).length;

  return (
    <div className={classNames("flex min-h-0 flex-col rounded-lg border bg-panel", className)}>
      <div className="flex flex-wrap items-center gap-2 border-b px-3 py-1.5">
        <span className="font-medium">{label}</span>
        <span className="text-ink-2 text-xs">{lines.length === 1 ? "1 line" : `${lines.length} lines`}</span>
        <div className="ml-auto flex items-center gap-1">
          <Input
            type="search"
            value={words}
            onChange={(event) => search(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter") goTo(event.shiftKey ? -1 : 1);
            }}
            aria-label={`Search in the log of ${label}`}
            placeholder="Search"
            className="h-7 w-36 sm:w-48"
          />
          <span role="status" className="min-w-12 text-center text-ink-2 text-xs">
            {words.trim() === ""
              ? ""
              : found.length === 0
                ? "none"
                : `${(current % found.length) + 1} of ${found.length}`}
          </span>
          <IconButton
            small
            label="Previous match"
            icon={<ChevronUp aria-hidden className="size-4" />}
            onClick={() => goTo(-1)}
            disabled={found.length === 0}
          />
          <IconButton
            small
            label="Next match"
            icon={<ChevronDown aria-hidden className="size-4" />}
            onClick={() => goTo(1)}
            disabled={found.length === 0}
          />
          {live ? (
            <Button
              size="small"
              variant={follow ? "secondary" : "ghost"}
              aria-pressed={follow}
              icon={<ArrowDownToLine aria-hidden className="size-3.5" />}
              onClick={() => setFollow(!follow)}
            >
              Follow
            </Button>
          ) : null}
          {actions}
        </div>
      </div>
      <section
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={`Log of ${label}`}
        className="h-[480px] min-h-0 overflow-auto rounded-b-lg font-mono text-xs leading-5 focus-visible:-outline-offset-2"
        onWheel={(event) => {
          if (event.deltaY < 0) setFollow(false);
        }}
        onScroll={(event) => {
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
          if (live && !follow && scrollHeight - scrollTop - clientHeight < 2 && words === "") setFollow(true);
        }}
      >
        {lines.length === 0 ? <p className="px-4 py-3 font-sans text-ink-2 text-sm">{empty}</p> : null}
        <div className="relative w-max min-w-full" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((slot) => (
            <div
              key={slot.key}
              className={classNames(
                "absolute top-0 left-0 flex min-w-full pr-4 hover:bg-fill",
                slot.index === foundLine && "bg-accent-tint hover:bg-accent-tint",
              )}
              style={{ height: LINE_HEIGHT, transform: `translateY(${slot.start}px)` }}
            >
              <span
                aria-hidden
                className="mr-3 shrink-0 select-none pl-3 text-right text-ink-2"
                style={{ width: `calc(${digits}ch + 12px)` }}
              >
                {slot.index + 1}
              </span>
              <span className="whitespace-pre">
                <Line text={lines[slot.index] ?? ""} words={words} />
              </span>
            </div>
          ))}
        </div>
      </section>
    </div>
  );
}

function Line({ text, words }: { text: string; words: string }) {
  return splitLine(text, words).map((part) =>
    part.found ? (
      <mark key={part.from} className="rounded-sm bg-wait-tint text-wait-ink">
        {part.text}
      </mark>
    ) : (
      <UntrustedText key={part.from}>{part.text}</UntrustedText>
    ),
  );
}
