"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDownToLine, ChevronDown, ChevronUp } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button, IconButton } from "./button";
import { classNames } from "./class-names";
import { Input } from "./input";
import { splitLine } from "./log-search";
import { UntrustedText } from "./untrusted-text";

/** Found elsewhere, where the whole log is. */
type LogSearch = {
  words: string;
  onWords: (words: string) => void;
  /** Indexes of lines, in order; not more than can be walked through. */
  found: readonly number[];
  total: number;
  hasFailed: boolean;
};

type LogViewProps = {
  /** What it is the log of: "build". */
  label: string;
  /** Without terminal colours, one entry a line. */
  lines: readonly string[];
  search: LogSearch;
  /** The address of a line, from 1. */
  lineHref: (line: number) => string;
  /** The line that the address names. */
  linkedLine?: number | undefined;
  /** More lines may come: the view sticks to the end until somebody scrolls up. */
  live?: boolean;
  /** Said while there is no line yet. */
  empty?: string;
  /** At the right of the bar: download, copy. */
  actions?: ReactNode;
  className?: string;
};

const LINE_HEIGHT = 20;
const LEAST_HEIGHT = 60;
const MOST_HEIGHT = 480;
const SEARCH_AFTER_MS = 200;

export function LogView({
  label,
  lines,
  search,
  lineHref,
  linkedLine,
  live = false,
  empty = "No output yet.",
  actions,
  className,
}: LogViewProps) {
  const box = useRef<HTMLElement>(null);
  const [follow, setFollow] = useState(live && linkedLine === undefined);
  const [typed, setTyped] = useState(search.words);
  const [current, setCurrent] = useState(0);
  const [linked, setLinked] = useState(linkedLine);
  /** A line to bring into view as soon as it is loaded. */
  const [wanted, setWanted] = useState(linkedLine === undefined ? null : linkedLine - 1);
  const { words, onWords, found, total, hasFailed } = search;
  const foundLine = found[current % Math.max(1, found.length)];
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
    initialRect: { width: 800, height: MOST_HEIGHT },
  });

  // The end of a growing box is known only after it was drawn.
  useEffect(() => {
    if (follow && lines.length > 0) virtualizer.scrollToIndex(lines.length - 1, { align: "end" });
  }, [follow, lines.length, virtualizer]);

  useEffect(() => {
    if (wanted === null || wanted >= lines.length) return;
    virtualizer.scrollToIndex(wanted, { align: "center" });
    setWanted(null);
  }, [wanted, lines.length, virtualizer]);

  useEffect(() => {
    if (typed === words) return;
    const timer = setTimeout(() => onWords(typed), SEARCH_AFTER_MS);
    return () => clearTimeout(timer);
  }, [typed, words, onWords]);

  // What is searched anew begins at its first line.
  const first = found[0];
  useEffect(() => {
    setCurrent(0);
    if (words.trim() === "" || first === undefined) return;
    setFollow(false);
    setWanted(first);
  }, [words, first]);

  const goTo = (step: number) => {
    if (found.length === 0) return;
    const next = (current + step + found.length) % found.length;
    setCurrent(next);
    setFollow(false);
    setWanted(found[next] ?? 0);
  };
  const digits = String(Math.max(lines.length, 1)).length;
  const height = Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, (lines.length + 1) * LINE_HEIGHT));

  return (
    <div className={classNames("flex min-h-0 flex-col rounded-lg border bg-panel", className)}>
      <div className="flex flex-wrap items-center gap-2 border-b px-3 py-1.5">
        <span className="font-medium">{label}</span>
        <span className="text-ink-2 text-xs">{lines.length === 1 ? "1 line" : `${lines.length} lines`}</span>
        <div className="ml-auto flex flex-wrap items-center gap-1 max-sm:ml-0 max-sm:w-full">
          <Input
            type="search"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              if (typed === words) goTo(event.shiftKey ? -1 : 1);
              else onWords(typed);
            }}
            aria-label={`Search in the log of ${label}`}
            placeholder="Search"
            className="h-7 w-48 max-sm:w-auto max-sm:min-w-0 max-sm:flex-1"
          />
          <span role="status" className="min-w-12 text-center text-ink-2 text-xs max-sm:min-w-0">
            {words.trim() === ""
              ? ""
              : found.length === 0
                ? total === 0
                  ? "none"
                  : hasFailed
                    ? "The search failed"
                    : ""
                : `${(current % found.length) + 1} of ${total}`}
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
          {live && lines.length > 0 ? (
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
        style={lines.length === 0 ? undefined : { height }}
        className="min-h-0 overflow-auto rounded-b-lg font-mono text-xs leading-5 focus-visible:-outline-offset-2"
        onWheel={(event) => {
          if (event.deltaY < 0) setFollow(false);
        }}
        onScroll={(event) => {
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
          if (live && !follow && scrollHeight - scrollTop - clientHeight < 2 && words === "") setFollow(true);
        }}
      >
        {lines.length === 0 ? <p className="px-4 py-3 font-sans text-ink-2 text-sm">{empty}</p> : null}
        <div
          className="relative w-max min-w-full"
          style={{ height: lines.length === 0 ? 0 : virtualizer.getTotalSize() }}
        >
          {virtualizer.getVirtualItems().map((slot) => (
            <div
              key={slot.key}
              className={classNames(
                "absolute top-0 left-0 flex min-w-full pr-4 hover:bg-fill",
                slot.index + 1 === linked && "bg-fill-strong hover:bg-fill-strong",
                slot.index === foundLine && "bg-accent-tint hover:bg-accent-tint",
              )}
              style={{ height: LINE_HEIGHT, transform: `translateY(${slot.start}px)` }}
            >
              <a
                tabIndex={-1}
                aria-label={`Line ${slot.index + 1}`}
                href={lineHref(slot.index + 1)}
                onClick={(event) => {
                  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                  // The address is for passing on; the page need not be asked for again.
                  event.preventDefault();
                  window.history.replaceState(null, "", lineHref(slot.index + 1));
                  setLinked(slot.index + 1);
                }}
                className="mr-3 shrink-0 select-none pl-3 text-right text-ink-2 hover:text-ink hover:underline"
                style={{ width: `calc(${digits}ch + 12px)` }}
              >
                {slot.index + 1}
              </a>
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
