"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { FilterField } from "@/components/portal/filter-field";
import { OlderPages } from "@/components/portal/older-pages";
import { ProductChips } from "@/components/products/product-chips";
import { useTRPC } from "@/components/trpc/client";
import type { Outputs } from "@/components/trpc/outputs";
import { ButtonLink } from "@/components/ui/button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterChips } from "@/components/ui/filter-chips";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { StatusText } from "@/components/ui/status-pill";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { WORK_ITEM_STATES } from "@/domain/work-items/status";
import { TYPE_NAMES, workItemStanding } from "./work-item-status";
import { type WorkItemsAddress, workItemsHref, workItemsInput } from "./work-items-search";

type Line = Outputs["workItems"]["list"]["items"][number];

export function WorkItemsView({ address }: { address: WorkItemsAddress }) {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.workItems.list.queryOptions(workItemsInput(address)));
  const first = { ...address, after: undefined };
  const isNarrowed = workItemsHref(address) !== "/work-items";
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Work items" }]}
        title="Work items"
        summary="Open one to see where it is, from its branch to each client's production."
      >
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
          <FilterChips
            label="State"
            chips={[
              {
                label: "All",
                href: workItemsHref({ ...first, state: undefined }),
                current: address.state === undefined,
              },
              ...WORK_ITEM_STATES.map((state) => ({
                label: capitalised(workItemStanding(state).words),
                href: workItemsHref({ ...first, state }),
                current: state === address.state,
              })),
            ]}
          />
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
            <ProductChips
              current={address.productKey}
              hrefOf={(productKey) => workItemsHref({ ...first, productKey })}
            />
            <FilterField
              label="Key or title"
              placeholder="Key or title"
              value={address.text}
              hrefOf={(text) => workItemsHref({ ...first, text })}
            />
          </div>
        </div>
      </PageHeader>
      <Panel flush={data.items.length > 0}>
        {data.items.length > 0 ? (
          <DataTable
            label="Work items"
            columns={COLUMNS}
            rows={data.items}
            rowKey={({ id }) => id}
            rowHref={({ key }) => `/work-items/${key}`}
          />
        ) : (
          <EmptyState
            title={isNarrowed ? "No work item matches these filters" : "No work items yet"}
            action={isNarrowed ? <ButtonLink href="/work-items">Show all</ButtonLink> : undefined}
          >
            Branches and commits name them by their key, like PAY-412.
          </EmptyState>
        )}
      </Panel>
      <OlderPages
        newest="First"
        older="Show more"
        newestHref={address.after ? workItemsHref(first) : null}
        olderHref={data.next ? workItemsHref({ ...address, after: data.next }) : null}
      />
      <Freshness asOf={new Date(dataUpdatedAt)} />
    </>
  );
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const COLUMNS: readonly Column<Line>[] = [
  {
    key: "title",
    header: "Work item",
    heading: true,
    width: "100%",
    cell: (item) => (
      <>
        <span className="mr-3 whitespace-nowrap text-ink-2">{item.key}</span>
        <UntrustedText>{item.title}</UntrustedText>
      </>
    ),
  },
  {
    key: "type",
    header: "Type",
    from: "sm",
    cell: (item) => <span className="text-ink-2">{TYPE_NAMES[item.type]}</span>,
  },
  {
    key: "product",
    header: "Product",
    from: "md",
    cell: (item) => <span className="text-ink-2">{item.product.name}</span>,
  },
  {
    key: "state",
    header: "State",
    cell: (item) => {
      const { status, words } = workItemStanding(item.state);
      return (
        <StatusText status={status} className="whitespace-nowrap">
          {words}
        </StatusText>
      );
    },
  },
];
