"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { catalogHref } from "@/components/catalog/catalog-search";
import { addressOf } from "@/components/portal/address";
import { OlderPages } from "@/components/portal/older-pages";
import { ProductChips } from "@/components/products/product-chips";
import { useTRPC } from "@/components/trpc/client";
import type { Outputs } from "@/components/trpc/outputs";
import { ButtonLink } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { NotKnown } from "@/components/ui/duration";
import { EmptyState } from "@/components/ui/empty-state";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { TimeAgo } from "@/components/ui/time-ago";
import type { ListRepositories } from "@/domain/repositories/input";

type Line = Outputs["repositories"]["list"]["items"][number];

type RepositoriesViewProps = { input: ListRepositories; mayAdd: boolean };

export function RepositoriesView({ input, mayAdd }: RepositoriesViewProps) {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.repositories.list.queryOptions(input));
  const hrefOf = (productKey: string | undefined, after?: string) =>
    addressOf("/repositories", { product: productKey, after });
  const isNarrowed = input.productKey !== undefined || input.after !== undefined;
  const catalog = catalogHref({ productKey: input.productKey });
  const whereToAdd = <ButtonLink href={catalog}>Add one in the catalog</ButtonLink>;
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Repositories" }]}
        title="Repositories"
        summary="Git repositories that Clearway keeps. Clone and push with any git client and an access token."
        actions={mayAdd && data.items.length > 0 ? whereToAdd : undefined}
      >
        <ProductChips current={input.productKey} hrefOf={hrefOf} />
      </PageHeader>
      <Panel flush={data.items.length > 0}>
        {data.items.length > 0 ? (
          <DataTable
            label="Repositories"
            columns={COLUMNS}
            rows={data.items}
            rowKey={({ id }) => id}
            rowHref={({ key }) => `/repositories/${encodeURIComponent(key)}`}
          />
        ) : (
          <EmptyState
            title={isNarrowed ? "No repositories here" : "No repositories yet"}
            action={
              mayAdd ? (
                whereToAdd
              ) : isNarrowed ? (
                <ButtonLink href="/repositories">Show every product</ButtonLink>
              ) : undefined
            }
          >
            {mayAdd
              ? "A repository is added or imported in the catalog, on its product. It appears here with its branches, pull requests and releases."
              : "A product's repositories appear here with their branches, pull requests and releases, once an administrator has added them in the catalog."}
          </EmptyState>
        )}
      </Panel>
      <OlderPages
        newest="First"
        older="Show more"
        newestHref={input.after ? hrefOf(input.productKey) : null}
        olderHref={data.next ? hrefOf(input.productKey, data.next) : null}
      />
      <Freshness asOf={new Date(dataUpdatedAt)} />
    </>
  );
}

const COLUMNS: readonly Column<Line>[] = [
  {
    key: "name",
    header: "Repository",
    heading: true,
    width: "100%",
    cell: (row) => (
      <>
        <span className="font-medium">{row.key}</span>
        <span className="ml-3 text-ink-2 max-sm:hidden">{row.name}</span>
      </>
    ),
  },
  {
    key: "product",
    header: "Product",
    from: "md",
    cell: (row) => <span className="whitespace-nowrap text-ink-2">{row.product.name}</span>,
  },
  { key: "branches", header: "Branches", numeric: true, from: "sm", cell: (row) => row.branchCount },
  {
    key: "open",
    header: "Open pull requests",
    numeric: true,
    from: "sm",
    cell: (row) => row.openPullRequestCount,
  },
  {
    key: "last",
    header: "Last commit",
    numeric: true,
    cell: (row) =>
      row.lastCommitAt ? <TimeAgo at={row.lastCommitAt} className="text-ink-2" /> : <NotKnown label="none" />,
  },
  {
    key: "clone",
    header: <span className="sr-only">Clone address</span>,
    from: "md",
    cell: (row) => <CopyButton value={row.cloneUrl} label={`Copy the clone address of ${row.key}`} />,
  },
];
