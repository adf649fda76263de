"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { Download, Plus } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { Ended } from "@/components/catalog/component-table";
import { queryOf } from "@/components/catalog/export-link";
import { FilterField } from "@/components/portal/filter-field";
import { useTRPC } from "@/components/trpc/client";
import type { Outputs } from "@/components/trpc/outputs";
import { ButtonLink, buttonClass } from "@/components/ui/button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { NotKnown } from "@/components/ui/duration";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterChips } from "@/components/ui/filter-chips";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { TimeAgo } from "@/components/ui/time-ago";
import { AddClient } from "./add-client";
import { clientHref, clientsHref, clientsInput, readClientsSearch } from "./clients-search";

type Line = Outputs["clients"]["list"]["items"][number];

/** Who is delivered to: how much each has, how much of it runs, and when something last reached it. */
export function ClientsView() {
  const trpc = useTRPC();
  const router = useRouter();
  const address = readClientsSearch(Object.fromEntries(useSearchParams()));
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.clients.list.queryOptions(clientsInput(address)));
  const { search, retired, page = 1 } = address;
  const isEmpty = data.items.length === 0;
  const isFresh = isEmpty && !search && data.retiredCount === 0;
  const add = data.canEdit ? (
    <ButtonLink
      href={clientsHref({ ...address, add: true })}
      variant="primary"
      icon={<Plus aria-hidden className="size-4" />}
    >
      Add client
    </ButtonLink>
  ) : null;
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Clients" }]}
        title="Clients"
        summary={summaryOf(data)}
        actions={
          isFresh ? undefined : (
            <>
              <a
                href={`/api/clients${queryOf({ q: search, retired })}`}
                download
                className={buttonClass({ variant: "secondary" })}
              >
                <Download aria-hidden className="size-4" />
                Download CSV
              </a>
              {add}
            </>
          )
        }
      >
        {isFresh ? null : (
          <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
            {data.retiredCount > 0 ? (
              <FilterChips
                label="Retired"
                chips={[
                  { label: "In use", href: clientsHref({ search }), current: !retired },
                  {
                    label: "With retired",
                    href: clientsHref({ search, retired: true }),
                    current: retired === true,
                    count: data.retiredCount,
                  },
                ]}
              />
            ) : (
              <span />
            )}
            <FilterField
              label="Find a client"
              placeholder="Find a client"
              value={search}
              hrefOf={(value) => clientsHref({ search: value, retired })}
            />
          </div>
        )}
      </PageHeader>
      <Panel flush={!isEmpty}>
        {isEmpty ? (
          <EmptyState
            title={search ? "No client is called that" : "No clients yet"}
            action={search ? <ButtonLink href="/clients">Show every client</ButtonLink> : add}
          >
            {search
              ? "Neither a name nor a key has this in it."
              : "Components can be installed once for all clients or per client; for the latter, clients are added here."}
          </EmptyState>
        ) : (
          <DataTable
            label="Clients"
            columns={COLUMNS}
            rows={data.items}
            rowKey={({ id }) => id}
            rowHref={({ key }) => clientHref({ key })}
          />
        )}
      </Panel>
      {data.pages > 1 ? (
        <nav aria-label="Pages" className="mt-4 flex items-center justify-center gap-3">
          {page > 1 ? (
            <ButtonLink href={clientsHref({ search, retired, page: page - 1 })}>Earlier names</ButtonLink>
          ) : null}
          <span className="text-ink-2">
            page {page} of {data.pages}
          </span>
          {page < data.pages ? (
            <ButtonLink href={clientsHref({ search, retired, page: page + 1 })}>Later names</ButtonLink>
          ) : null}
        </nav>
      ) : null}
      <Freshness asOf={new Date(dataUpdatedAt)} />
      {address.add && data.canEdit ? (
        <AddClient
          components={data.components}
          onClose={() => router.push(clientsHref({ search, retired, page }), { scroll: false })}
        />
      ) : null}
    </>
  );
}

function summaryOf({ inUseCount, withoutCount: without }: Outputs["clients"]["list"]): string {
  if (inUseCount === 0) return "Who is delivered to, and what each of them has.";
  return `${inUseCount} ${inUseCount === 1 ? "client is" : "clients are"} delivered to.${
    without > 0 ? ` ${without} ${without === 1 ? "has" : "have"} no component of their own.` : ""
  }`;
}

const COLUMNS: readonly Column<Line>[] = [
  {
    key: "name",
    header: "Client",
    heading: true,
    width: "100%",
    cell: (row) => (
      <>
        <span className={row.retiredAt ? "text-ink-2" : "font-medium"}>{row.name}</span>
        <span className="ml-3 text-ink-2 max-sm:hidden">{row.key}</span>
        {row.retiredAt ? <Ended>retired</Ended> : null}
      </>
    ),
  },
  { key: "subscriptions", header: "Components", numeric: true, cell: (row) => row.subscriptionCount },
  {
    key: "slots",
    header: "Live in",
    numeric: true,
    from: "sm",
    cell: (row) =>
      row.slotCount > 0 ? (
        `${row.liveCount} of ${row.slotCount} ${row.slotCount === 1 ? "slot" : "slots"}`
      ) : (
        <NotKnown label="no slots" />
      ),
  },
  {
    key: "last",
    header: "Last deployment",
    numeric: true,
    cell: (row) =>
      row.lastDeployment ? (
        <span className="text-ink-2">
          <span className="mr-2 max-md:hidden">
            {row.lastDeployment.component} {row.lastDeployment.version}
          </span>
          <TimeAgo at={row.lastDeployment.at} />
        </span>
      ) : (
        <NotKnown label="none yet" />
      ),
  },
];
