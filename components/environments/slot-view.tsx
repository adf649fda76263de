"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { StatusPill } from "@/components/ui/status-pill";
import { placeOf } from "./slot";
import { SlotDetails } from "./slot-details";

type SlotViewProps = {
  slotId: string;
  /** The release that the address asks to promote here. */
  promoteId?: string | undefined;
};

/** A slot as a page of its own. */
export function SlotView({ slotId, promoteId }: SlotViewProps) {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.environments.slot.queryOptions({ slotId }));
  const title = `${data.component.key} in ${placeOf(data)}`;
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Environments", href: "/environments" }, { label: title }]}
        title={title}
        mark={
          data.history.some(({ state }) => state === "starting" || state === "verifying") ? (
            <StatusPill status="running">deploying</StatusPill>
          ) : undefined
        }
        summary={data.current ? `Runs ${data.current.version}.` : "Nothing is installed here yet."}
      />
      <div className="max-w-4xl">
        <SlotDetails slotId={slotId} promoteId={promoteId} />
      </div>
      <Freshness asOf={new Date(dataUpdatedAt)} />
    </>
  );
}
