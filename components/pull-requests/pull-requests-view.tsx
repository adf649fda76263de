"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { OlderPages } from "@/components/portal/older-pages";
import { ProductChips } from "@/components/products/product-chips";
import { useTRPC } from "@/components/trpc/client";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterChips } from "@/components/ui/filter-chips";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { PullRequestTable } from "./pull-request-table";
import {
  PULL_REQUEST_VIEWS,
  type PullRequestsAddress,
  type PullRequestView,
  pullRequestsHref,
  pullRequestsInput,
} from "./pull-requests-search";

const LABELS: Record<PullRequestView, string> = {
  all: "All",
  open: "Open",
  merged: "Merged",
  closed: "Closed",
};

type PullRequestsViewProps = { address: PullRequestsAddress; mayOpen: boolean };

export function PullRequestsView({ address, mayOpen }: PullRequestsViewProps) {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(
    trpc.pullRequests.list.queryOptions(pullRequestsInput(address)),
  );
  const first = { ...address, before: undefined };
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Pull requests" }]}
        title="Pull requests"
        summary="A branch asks to be merged; the merge itself is a promotion, decided on its card."
        actions={
          mayOpen ? (
            <ButtonLink href="/pull-requests/new" variant="primary">
              Open pull request
            </ButtonLink>
          ) : undefined
        }
      >
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
          <FilterChips
            label="State"
            chips={[
              ...PULL_REQUEST_VIEWS.map((view) => ({
                label: LABELS[view],
                href: pullRequestsHref({ ...first, view }),
                current: view === address.view,
              })),
              {
                label: "Mine",
                href: pullRequestsHref({ ...first, mine: !address.mine }),
                current: address.mine ?? false,
              },
            ]}
          />
          <ProductChips
            current={address.productKey}
            hrefOf={(productKey) => pullRequestsHref({ ...first, productKey })}
          />
        </div>
      </PageHeader>
      <Panel flush={data.items.length > 0}>
        {data.items.length > 0 ? (
          <PullRequestTable label={`${LABELS[address.view]} pull requests`} items={data.items} />
        ) : (
          <Nothing address={address} mayOpen={mayOpen} />
        )}
      </Panel>
      <OlderPages
        newestHref={address.before ? pullRequestsHref(first) : null}
        olderHref={data.next ? pullRequestsHref({ ...address, before: data.next }) : null}
      />
      <Freshness asOf={new Date(dataUpdatedAt)} />
    </>
  );
}

function Nothing({ address, mayOpen }: PullRequestsViewProps) {
  const isNarrowed = address.mine || address.productKey !== undefined;
  return (
    <EmptyState
      title={address.view === "open" ? "No open pull requests" : "No pull requests here"}
      action={
        isNarrowed ? (
          <ButtonLink href={pullRequestsHref({ view: address.view })}>Show everybody's</ButtonLink>
        ) : mayOpen ? (
          <ButtonLink href="/pull-requests/new">Open one</ButtonLink>
        ) : undefined
      }
    >
      Push a branch, then open a pull request for it here or from its repository.
    </EmptyState>
  );
}
