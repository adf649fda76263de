import { AppLink } from "@/components/ui/app-link";
import { StatusMark } from "@/components/ui/status-mark";
import { Version } from "@/components/ui/version";
import type { Subscription } from "./client";

/** Each slot of a component that the client has or had, with what runs there. */
export function SlotList({ row }: { row: Subscription }) {
  if (row.slots.length === 0) {
    return <span className="text-ink-2">{row.isSubscribed ? "no environment is per client" : null}</span>;
  }
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1">
      {row.slots.map((slot) => (
        <li
          key={slot.slotId}
          className="inline-flex items-center gap-1.5 whitespace-nowrap max-sm:flex-wrap max-sm:whitespace-normal"
        >
          <StatusMark
            status={slot.endedAt ? "superseded" : slot.version ? "ok" : "waiting"}
            label={slot.endedAt ? "ended" : slot.version ? "live" : "nothing runs there yet"}
          />
          <AppLink href={`/environments/slots/${slot.slotId}`} className="text-accent hover:underline">
            {slot.environmentName}
          </AppLink>
          {slot.version ? <Version>{slot.version}</Version> : null}
          {slot.endedAt ? <span className="text-ink-2">ended</span> : null}
        </li>
      ))}
    </ul>
  );
}
