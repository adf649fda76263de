import { useEffect, useRef } from "react";

type CellLinks = {
  /** A pointer or the keyboard came to a link: what it leads to is fetched ahead. */
  onNear: (link: HTMLAnchorElement) => void;
  /** A link is followed here, rather than by the browser in a tab or window of its own. */
  onFollow: (link: HTMLAnchorElement, event: MouseEvent) => void;
};

/** One set of listeners for all links in a box, rather than one in each of hundreds of cells. Enter is a click, too. */
export function useCellLinks(links: CellLinks) {
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(links);
  useEffect(() => {
    latest.current = links;
  });
  useEffect(() => {
    const root = box.current;
    if (!root) return;
    let near: HTMLAnchorElement | null = null;
    const onNear = (event: Event) => {
      const link = linkOf(event);
      if (link && link !== near) latest.current.onNear(link);
      near = link;
    };
    const onClick = (event: MouseEvent) => {
      const link = linkOf(event);
      if (!link || event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
      event.preventDefault();
      latest.current.onFollow(link, event);
    };
    root.addEventListener("pointerover", onNear);
    root.addEventListener("focusin", onNear);
    root.addEventListener("click", onClick);
    return () => {
      root.removeEventListener("pointerover", onNear);
      root.removeEventListener("focusin", onNear);
      root.removeEventListener("click", onClick);
    };
  }, []);
  return box;
}

function linkOf(event: Event): HTMLAnchorElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
}
