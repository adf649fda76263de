"use client";

import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { Ended } from "@/components/catalog/component-table";
import { standingOf } from "@/components/promotions/promotion-status";
import { useTRPC } from "@/components/trpc/client";
import { ButtonLink } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { type Column, DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Freshness } from "@/components/ui/freshness";
import { Menu } from "@/components/ui/menu";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { StatusText } from "@/components/ui/status-pill";
import { TimeAgo } from "@/components/ui/time-ago";
import type { Client, Subscription } from "./client";
import { ClientActs } from "./client-acts";
import { clientHref, readClientSearch } from "./clients-search";
import { SlotList } from "./slot-list";

/** A client: which components it has, what runs in its slots, and what waits to be deployed to it. */
export function ClientView({ clientKey }: { clientKey: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const address = readClientSearch(clientKey, Object.fromEntries(useSearchParams()));
  const { data: client, dataUpdatedAt } = useSuspenseQuery(trpc.clients.get.queryOptions({ key: clientKey }));
  const go = (act: "rename" | "retire" | "end", on?: string) =>
    router.push(clientHref({ key: clientKey, act, on }), { scroll: false });
  const has = client.subscriptions.filter(({ isSubscribed }) => isSubscribed).length;
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Clients", href: "/clients" }, { label: client.name }]}
        title={client.name}
        mark={client.retiredAt ? <Ended>retired</Ended> : undefined}
        summary={
          <>
            <span className="font-mono text-xs">{client.key}</span>, has {has}{" "}
            {has === 1 ? "component" : "components"} of its own
          </>
        }
        actions={
          <>
            <ButtonLink href={`/environments?client=${encodeURIComponent(client.key)}`}>
              What runs where
            </ButtonLink>
            {client.canEdit ? (
              <Menu
                button={{
                  variant: "secondary",
                  size: "icon",
                  "aria-label": `More for ${client.name}`,
                  icon: <Ellipsis aria-hidden className="size-4" />,
                }}
                items={[
                  { label: "Rename…", onSelect: () => go("rename") },
                  { label: "Retire…", danger: true, onSelect: () => go("retire") },
                ]}
              />
            ) : null}
          </>
        }
      />
      <div className="flex flex-col gap-5">
        <Panel title="Components" note="installed per client" flush={client.subscriptions.length > 0}>
          {client.subscriptions.length > 0 ? (
            <DataTable
              label={`Components of ${client.name}`}
              columns={columnsFor(client, (componentKey) => go("end", componentKey))}
              rows={client.subscriptions}
              rowKey={({ componentId }) => componentId}
            />
          ) : (
            <EmptyState
              title="No component is installed per client"
              action={client.canEdit ? <ButtonLink href="/catalog">Open the catalog</ButtonLink> : null}
            >
              Components that are installed once for all clients reach this client too. One that is installed
              per client can be switched on here once the catalog has it.
            </EmptyState>
          )}
        </Panel>
        <Panel title="Waits or runs" note={String(client.waiting.length)} flush={client.waiting.length > 0}>
          {client.waiting.length > 0 ? (
            <DataTable
              label={`Promotions to ${client.name}`}
              columns={WAITING}
              rows={client.waiting}
              rowKey={({ number }) => String(number)}
              rowHref={({ number }) => `/promotions/${number}`}
            />
          ) : (
            <EmptyState title="Nothing waits to be deployed to this client" />
          )}
        </Panel>
      </div>
      <Freshness asOf={new Date(dataUpdatedAt)} />
      <ClientActs
        key={`${address.act}:${address.on}`}
        client={client}
        address={address}
        onClose={() => router.push(clientHref({ key: clientKey }), { scroll: false })}
      />
    </>
  );
}

function columnsFor(client: Client, onEnd: (componentKey: string) => void): readonly Column<Subscription>[] {
  return [
    {
      key: "component",
      header: "Component",
      heading: true,
      width: "35%",
      cell: (row) => (
        <>
          <span className={classNames("wrap-anywhere", row.isSubscribed ? "font-medium" : "text-ink-2")}>
            {row.componentKey}
          </span>
          <span className="ml-3 text-ink-2 max-lg:hidden">
            {row.componentName}, of {row.productName}
          </span>
        </>
      ),
    },
    {
      key: "has",
      header: "Has it",
      cell: (row) =>
        client.canEdit && (row.isOffered || row.isSubscribed) ? (
          <HasIt client={client} row={row} onEnd={onEnd} />
        ) : (
          <span className="text-ink-2">{row.isSubscribed ? "yes" : "no"}</span>
        ),
    },
    {
      key: "since",
      header: "Since",
      from: "sm",
      cell: (row) => (
        <span className="whitespace-nowrap text-ink-2">
          {row.endedAt ? (
            <>
              ended <TimeAgo at={row.endedAt} />
            </>
          ) : row.since ? (
            <TimeAgo at={row.since} />
          ) : null}
        </span>
      ),
    },
    { key: "slots", header: "Slots", width: "40%", cell: (row) => <SlotList row={row} /> },
  ];
}

/** On at once; off asks first, since nothing is deployed there any more. */
function HasIt({ client, row, onEnd }: { client: Client; row: Subscription; onEnd: (key: string) => void }) {
  const trpc = useTRPC();
  const subscribe = useMutation(
    trpc.clients.subscribe.mutationOptions({
      meta: { invalidates: [trpc.clients.pathKey(), trpc.products.pathKey(), trpc.environments.pathKey()] },
    }),
  );
  return (
    <label className="inline-flex items-center gap-2">
      <input
        type="checkbox"
        aria-label={`${client.name} has ${row.componentKey}`}
        checked={row.isSubscribed || subscribe.isPending}
        disabled={subscribe.isPending}
        onChange={() =>
          row.isSubscribed
            ? onEnd(row.componentKey)
            : subscribe.mutate({ clientId: client.id, componentId: row.componentId })
        }
        className="size-4 rounded-sm accent-accent"
      />
      <span className="text-ink-2">{row.isSubscribed ? "yes" : "no"}</span>
    </label>
  );
}

const WAITING: readonly Column<Client["waiting"][number]>[] = [
  {
    key: "state",
    header: "State",
    cell: ({ state, kind }) => {
      const { status, words } = standingOf({ kind, state, isBlocked: false });
      return <StatusText status={status}>{words}</StatusText>;
    },
  },
  { key: "title", header: "Promotion", heading: true, width: "100%", cell: ({ title }) => title },
  {
    key: "asked",
    header: "Asked",
    numeric: true,
    cell: ({ createdAt }) => <TimeAgo at={createdAt} className="text-ink-2" />,
  },
];
