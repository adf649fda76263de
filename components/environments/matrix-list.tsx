"use client";

import { useRouter } from "next/navigation";
import { Panel } from "@/components/ui/panel";
import { TimeAgo } from "@/components/ui/time-ago";
import { Version } from "@/components/ui/version";
import { Distance, distanceOf, Held, Mark, Note } from "./matrix-cell";
import { type Place, type Row, standingOf } from "./matrix-model";
import { useCellLinks } from "./use-cell-links";

type Item = { componentKey: string; place: Place };

/** The matrix for a phone: what is shared, then client by client. */
export function MatrixList({ rows }: { rows: readonly Row[] }) {
  const router = useRouter();
  const links = useCellLinks({
    onNear: (link) => router.prefetch(hrefOf(link)),
    onFollow: (link) => router.push(hrefOf(link)),
  });
  const groups = new Map<string, Item[]>();
  for (const row of rows) {
    if (row.kind !== "component") continue;
    for (const place of row.places) {
      if (!place.cell) continue;
      const group = place.clientName ?? "Shared";
      const items = groups.get(group) ?? [];
      items.push({ componentKey: row.key, place });
      groups.set(group, items);
    }
  }
  return (
    <div ref={links} className="flex flex-col gap-4">
      {[...groups].map(([name, items]) => (
        <Panel key={name} title={name} note={items.length === 1 ? "1 slot" : `${items.length} slots`} flush>
          <ul className="matrix-list">
            {items.map((item) => (
              <ListItem key={item.place.cell?.slotId} {...item} />
            ))}
          </ul>
        </Panel>
      ))}
    </div>
  );
}

function hrefOf(link: HTMLAnchorElement): string {
  return link.getAttribute("href") ?? "/environments";
}

function ListItem({ componentKey, place }: Item) {
  const { cell } = place;
  if (!cell) return null;
  const standing = standingOf(cell);
  const distance = distanceOf(place);
  return (
    <li>
      <a href={`/environments/slots/${cell.slotId}`}>
        <Mark standing={standing} />
        <span className="sr-only">{distance ? `${standing.words}, ${distance.words}` : standing.words}</span>
        <span className="min-w-0 flex-1">
          <span className="block truncate">{componentKey}</span>
          <span className="flex flex-wrap items-center gap-x-2 text-ink-2 text-xs">
            {place.name}
            {cell.hold ? <Held hold={cell.hold} /> : null}
          </span>
        </span>
        <span className="text-right">
          <span className="flex items-center justify-end gap-1">
            {distance ? <Distance {...distance} /> : null}
            {cell.version ? (
              <Version>{cell.version}</Version>
            ) : (
              <span className="text-ink-2">nothing yet</span>
            )}
          </span>
          <span className="block text-ink-2 text-xs">
            {cell.running ? (
              `→ ${cell.running.version} ${standing.words}`
            ) : cell.liveSince ? (
              <TimeAgo terse at={cell.liveSince} />
            ) : null}
          </span>
          {cell.waiting && !cell.running ? (
            <span className="flex items-center justify-end gap-1 text-ink-2 text-xs">
              <Note status="waiting" version={cell.waiting.version} words="waits" />
              <span aria-hidden>waits</span>
            </span>
          ) : null}
        </span>
      </a>
    </li>
  );
}
