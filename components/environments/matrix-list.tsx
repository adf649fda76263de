import { AppLink } from "@/components/ui/app-link";
import { Panel } from "@/components/ui/panel";
import { StatusMark } from "@/components/ui/status-mark";
import { TimeAgo } from "@/components/ui/time-ago";
import { Version } from "@/components/ui/version";
import { Distance, Held, Note } from "./matrix-cell";
import { type Place, type Row, standingOf } from "./matrix-model";

type Item = { componentKey: string; place: Place };

/** The matrix for a phone: what is shared, then client by client. */
export function MatrixList({ rows }: { rows: readonly Row[] }) {
  const groups = new Map<string, Item[]>();
  for (const row of rows) {
    if (row.kind !== "component") continue;
    for (const place of row.places) {
      if (!place.cell) continue;
      const group = place.cell.clientName ?? "Shared";
      groups.set(group, [...(groups.get(group) ?? []), { componentKey: row.key, place }]);
    }
  }
  return (
    <div className="flex flex-col gap-4 md:hidden">
      {[...groups].map(([name, items]) => (
        <Panel key={name} title={name} note={items.length === 1 ? "1 slot" : `${items.length} slots`} flush>
          <ul>
            {items.map((item) => (
              <ListItem key={item.place.cell?.slotId} {...item} />
            ))}
          </ul>
        </Panel>
      ))}
    </div>
  );
}

function ListItem({ componentKey, place }: Item) {
  const { cell } = place;
  if (!cell) return null;
  const standing = standingOf(cell);
  return (
    <li className="relative border-b px-4 py-2 last:border-b-0">
      <AppLink href={`/environments/slots/${cell.slotId}`} className="row-link flex items-center gap-2">
        <StatusMark status={standing.status} label={standing.words} />
        <span className="min-w-0 flex-1">
          <span className="block truncate">{componentKey}</span>
          <span className="flex flex-wrap items-center gap-x-2 text-ink-2 text-xs">
            {place.name}
            {cell.hold ? <Held hold={cell.hold} /> : null}
          </span>
        </span>
        <span className="text-right">
          <span className="flex items-center justify-end gap-1">
            <Distance place={place} />
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
      </AppLink>
    </li>
  );
}
