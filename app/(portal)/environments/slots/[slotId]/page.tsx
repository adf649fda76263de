import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getQueryClient, Hydrated, orNotFound, trpc } from "@/app/_trpc/server";
import { SlotView } from "@/components/environments/slot-view";
import { idOf } from "@/components/portal/address";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "Slot" };

export default async function SlotPage({ params, searchParams }: PageProps<"/environments/slots/[slotId]">) {
  await requirePage("environments.read");
  const slotId = idOf(await params, "slotId") ?? notFound();
  await orNotFound(getQueryClient().fetchQuery(trpc.environments.slot.queryOptions({ slotId })));
  return (
    <Hydrated>
      <SlotView slotId={slotId} promoteId={idOf(await searchParams, "promote")} />
    </Hydrated>
  );
}
