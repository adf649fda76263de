"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { Lock, Settings2 } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { ProductChips } from "@/components/products/product-chips";
import { useTRPC } from "@/components/trpc/client";
import { ButtonLink } from "@/components/ui/button";
import { ChoiceFilter } from "@/components/ui/choice-filter";
import { Drawer } from "@/components/ui/drawer";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterChips } from "@/components/ui/filter-chips";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { StatusMark } from "@/components/ui/status-mark";
import { useNarrow } from "@/components/ui/use-narrow";
import { ComparePanel } from "./compare-panel";
import { MatrixList } from "./matrix-list";
import { cellsOf, columnsOf, rowsOf, summaryOf } from "./matrix-model";
import { goWithin, matrixHref, matrixInput, readMatrixSearch } from "./matrix-search";
import { MatrixTable } from "./matrix-table";
import { SlotDetails, SlotTitle } from "./slot-details";

/** Which version runs where, for every component, environment and client: a table, or a list for a phone. */
export function EnvironmentsView({ isPhone }: { isPhone: boolean }) {
  const trpc = useTRPC();
  const address = readMatrixSearch(Object.fromEntries(useSearchParams()));
  const { data, dataUpdatedAt } = useSuspenseQuery(
    trpc.environments.matrix.queryOptions(matrixInput(address)),
  );
  const { productKey, clientKey, retired, slotId, compare = [] } = address;
  const columns = columnsOf(data, clientKey);
  const rows = rowsOf(data, columns);
  const isNarrow = useNarrow(isPhone);
  const isNarrowed = productKey !== undefined || clientKey !== undefined;
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Environments" }]}
        title="Environments"
        summary={summaryOf(cellsOf(data))}
        actions={
          data.you.canEdit ? (
            <ButtonLink href="/environments/manage" icon={<Settings2 aria-hidden className="size-4" />}>
              Edit environments
            </ButtonLink>
          ) : undefined
        }
      >
        <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
          <ProductChips
            current={productKey}
            hrefOf={(key) => matrixHref({ productKey: key, clientKey, retired })}
          />
          <ChoiceFilter
            label="Client"
            every="Every client"
            choices={data.clients}
            current={clientKey}
            hrefOf={(key) => matrixHref({ productKey, clientKey: key, retired })}
          />
          {data.retired > 0 ? (
            <FilterChips
              label="Retired"
              chips={[
                {
                  label: "With retired",
                  href: matrixHref({ productKey, clientKey, retired: !retired }),
                  current: retired === true,
                  count: data.retired,
                },
              ]}
            />
          ) : null}
        </div>
      </PageHeader>
      {compare.length > 0 ? <ComparePanel address={address} components={data.components} /> : null}
      {rows.length === 0 ? (
        <Panel>
          <EmptyState
            title={isNarrowed ? "Nothing is installed here" : "No slots yet"}
            action={isNarrowed ? <ButtonLink href="/environments">Show everything</ButtonLink> : undefined}
          >
            {isNarrowed
              ? "No component matches these filters."
              : "A component in an environment, per client where it is installed for each, is a slot. They appear here as soon as there are some."}
          </EmptyState>
        </Panel>
      ) : (
        <>
          {isNarrow ? (
            <MatrixList rows={rows} />
          ) : (
            <MatrixTable columns={columns} rows={rows} address={address} />
          )}
          <Legend />
        </>
      )}
      <Freshness asOf={new Date(dataUpdatedAt)} />
      {slotId ? (
        <Drawer
          open
          onOpenChange={(isOpen) => isOpen || goWithin(matrixHref({ ...address, slotId: undefined }))}
          title={<SlotTitle slotId={slotId} />}
          pageHref={`/environments/slots/${slotId}`}
        >
          <ButtonLink
            size="small"
            href={matrixHref({ ...address, slotId: undefined, compare: [slotId] })}
            className="mb-3 max-md:hidden"
          >
            Compare with another
          </ButtonLink>
          <SlotDetails slotId={slotId} />
        </Drawer>
      ) : null}
    </>
  );
}

function Legend() {
  return (
    <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1 text-ink-2 text-xs max-md:hidden">
      {(
        [
          ["ok", "live, checks passed"],
          ["running", "being deployed"],
          ["waiting", "a promotion waits"],
          ["failed", "last attempt failed"],
          ["rolled-back", "was rolled back"],
        ] as const
      ).map(([status, words]) => (
        <li key={status} className="flex items-center gap-1.5">
          <StatusMark status={status} label={null} className="size-3" />
          {words}
        </li>
      ))}
      <li className="flex items-center gap-1.5">
        <Lock aria-hidden className="size-3" />
        held: only a rollback starts
      </li>
      <li>−1: releases behind the environment before</li>
      <li>Shift-click two cells to compare them, or open one and choose its other</li>
    </ul>
  );
}
