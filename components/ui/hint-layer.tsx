"use client";

import { useEffect, useRef, useState } from "react";
import { copyText } from "./copy-text";
import { exactTime } from "./format-time";
import { HINT_CHANGED } from "./hint-changed";
import { Kbd } from "./kbd";

type Hint = {
  text: string;
  keys: string | undefined;
  x: number;
  y: number;
  side: "above" | "below" | "right";
};

const DELAY_MS = 350;

function readHint(target: HTMLElement, text?: string): Hint | null {
  const collapsedOnly = target.dataset.tipWhen === "collapsed";
  if (collapsedOnly && document.documentElement.dataset.sidebar !== "collapsed") return null;
  const time = target.dataset.tipTime;
  const words = text ?? (time ? exactTime(new Date(time)) : target.dataset.tip);
  if (!words) return null;
  const keys = target.dataset.tipKeys;
  const box = target.getBoundingClientRect();
  if (collapsedOnly) {
    return { text: words, keys, x: box.right + 8, y: box.top + box.height / 2, side: "right" };
  }
  const x = box.left + box.width / 2;
  return box.bottom > window.innerHeight - 56
    ? { text: words, keys, x, y: box.top - 6, side: "above" }
    : { text: words, keys, x, y: box.bottom + 6, side: "below" };
}

const TRANSLATE: Record<Hint["side"], string> = { above: "-50% -100%", below: "-50% 0", right: "0 -50%" };

const HINTED = "[data-tip],[data-tip-time]";

function hintTarget(event: Event): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>(HINTED) : null;
}

/** Who comes to a row by keyboard is told what its marked cell has to say. */
function rowTarget(event: FocusEvent): HTMLElement | null {
  if (!(event.target instanceof Element) || !event.target.matches("[data-row-link]")) return null;
  return event.target.closest("tr")?.querySelector<HTMLElement>("[data-tip-row]") ?? null;
}

/** A row's link lies over its cells: what the pointer means is then under the link. */
function pointedTarget(event: PointerEvent): HTMLElement | null {
  const target = hintTarget(event);
  if (target || !(event.target instanceof Element) || !event.target.closest("[data-row-link]")) return target;
  for (const element of document.elementsFromPoint(event.clientX, event.clientY)) {
    const under = element.closest<HTMLElement>(HINTED);
    if (under) return under;
    if (element.matches("tr")) return null;
  }
  return null;
}

/** One layer for every hint and every copy button of the page: no listener, no component per cell. */
export function HintLayer() {
  const [hint, setHint] = useState<Hint | null>(null);
  const [said, setSaid] = useState("");
  const layer = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let described: HTMLElement | null = null;
    let shown: HTMLElement | null = null;
    const hide = () => {
      clearTimeout(timer);
      described?.removeAttribute("aria-describedby");
      described = null;
      shown = null;
      setHint(null);
    };
    const show = (target: HTMLElement, text?: string) => {
      const next = readHint(target, text);
      if (next === null || !target.isConnected) return;
      if (!target.hasAttribute("aria-describedby") && target.getAttribute("aria-label") !== next.text) {
        target.setAttribute("aria-describedby", "hint-layer");
        described = target;
      }
      shown = target;
      setHint(next);
    };
    let pointed: HTMLElement | null = null;
    const onMove = (event: PointerEvent) => {
      const target = pointedTarget(event);
      if (target === pointed) return;
      pointed = target;
      hide();
      if (target && event.pointerType === "mouse") timer = setTimeout(() => show(target), DELAY_MS);
    };
    const onFocus = (event: FocusEvent) => {
      const target = hintTarget(event) ?? rowTarget(event);
      hide();
      if (target && event.target instanceof Element && event.target.matches(":focus-visible")) show(target);
    };
    /** What a hint says has become known while it is shown. */
    const onTold = (event: Event) => {
      if (shown && shown === event.target) show(shown);
    };
    const onScroll = (event: Event) => {
      if (shown && event.target instanceof Node && event.target.contains(shown)) hide();
    };
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && hide();
    const onClick = (event: MouseEvent) => {
      const target =
        event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy]") : null;
      hide();
      if (target?.dataset.copy === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      const value = target.dataset.copy;
      void copyText(value === "" || value.startsWith("/") ? new URL(value, location.href).href : value).then(
        (done) => {
          const words = done ? "Copied" : "Copying is not allowed here";
          show(target, words);
          setSaid(words);
          timer = setTimeout(() => {
            hide();
            setSaid("");
          }, 1500);
        },
      );
    };
    document.addEventListener("pointermove", onMove);
    document.addEventListener("focusin", onFocus);
    document.addEventListener("keydown", onKey);
    document.addEventListener(HINT_CHANGED, onTold);
    document.addEventListener("click", onClick, true);
    document.addEventListener("scroll", onScroll, true);
    return () => {
      hide();
      document.removeEventListener("pointermove", onMove);
      document.removeEventListener("focusin", onFocus);
      document.removeEventListener("keydown", onKey);
      document.removeEventListener(HINT_CHANGED, onTold);
      document.removeEventListener("click", onClick, true);
      document.removeEventListener("scroll", onScroll, true);
    };
  }, []);

  // Centred under its target, then pushed back inside the window; measured, because only the text knows its width.
  useEffect(() => {
    const box = layer.current;
    if (!box || !hint || hint.side === "right") return;
    const half = box.offsetWidth / 2;
    box.style.left = `${Math.max(8 + half, Math.min(window.innerWidth - 8 - half, hint.x))}px`;
  }, [hint]);

  return (
    <>
      <span role="status" className="sr-only">
        {said}
      </span>
      <div
        ref={layer}
        id="hint-layer"
        role="tooltip"
        hidden={hint === null}
        className="pointer-events-none fixed z-[60] w-max max-w-72 rounded-md bg-ink px-2 py-1 text-ground text-xs"
        style={hint ? { left: hint.x, top: hint.y, translate: TRANSLATE[hint.side] } : undefined}
      >
        {hint?.text}
        {hint?.keys ? <Kbd keys={hint.keys} className="ml-2" /> : null}
      </div>
    </>
  );
}
