"use client";

import { useQuery, useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button, ButtonLink, buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { BranchFilters, VIEW_MEANS } from "./branch-filters";
import { BranchList } from "./branch-list";
import {
  BRANCHES_LATER,
  type BranchesAddress,
  branchesFilter,
  branchesHref,
  branchesInput,
  isNarrowed,
  readBranchesSearch,
} from "./branches-search";
import { useBranchActs } from "./use-branch-acts";

/** Every branch, filtered by the address; deleted with a way back. */
export function BranchesView() {
  const trpc = useTRPC();
  const address = readBranchesSearch(Object.fromEntries(useSearchParams()));
  const list = useSuspenseInfiniteQuery(
    trpc.branches.list.infiniteQueryOptions(branchesInput(address), {
      getNextPageParam: ({ next }) => next && { ...next, limit: BRANCHES_LATER },
      // Comparing fifty pages row by row whenever one more comes would stop the scrolling.
      structuralSharing: false,
    }),
  );
  const { data: count } = useQuery(trpc.branches.count.queryOptions(branchesFilter(address)));
  const branches = useMemo(() => list.data.pages.flatMap(({ items }) => items), [list.data]);
  const { fetchNextPage, isFetchNextPageError, isFetchingNextPage } = list;
  const more = useCallback(() => {
    if (!isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage, isFetchNextPageError]);
  const acts = useBranchActs(address, branches);
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Branches" }]}
        title="Branches"
        summary={summaryOf(address, count, branches.length, list.hasNextPage)}
        actions={
          <a href={`/api${branchesHref(address)}`} download className={buttonClass({ variant: "secondary" })}>
            <Download aria-hidden className="size-4" />
            Download CSV
          </a>
        }
      >
        <BranchFilters address={address} counts={count?.byView} countedTo={count?.byViewIsMoreFrom} />
      </PageHeader>
      <Panel flush={branches.length > 0}>
        {branches.length > 0 ? (
          <BranchList
            branches={branches}
            total={count?.total ?? 0}
            address={address}
            hasMore={list.hasNextPage}
            onMore={more}
            selected={acts.selected}
            onSelect={acts.select}
            onDelete={acts.removeOne}
            onRestore={acts.restoreOne}
          />
        ) : (
          <Nothing address={address} />
        )}
      </Panel>
      {isFetchNextPageError ? (
        <p role="alert" className="mt-3 flex items-center justify-center gap-3">
          The next branches could not be loaded.
          <Button size="small" onClick={() => void fetchNextPage()}>
            Try again
          </Button>
        </p>
      ) : null}
      <Freshness asOf={new Date(list.dataUpdatedAt)} />
      {acts.bar}
      {acts.dialog}
    </>
  );
}

type Count = { total: number; isMore: boolean };

function summaryOf(
  address: BranchesAddress,
  count: Count | undefined,
  loaded: number,
  hasMore: boolean,
): string {
  const means = address.view === "all" ? "" : ` ${VIEW_MEANS[address.view]}.`;
  if (!count) return hasMore ? `More than ${loaded} branches.${means}` : `${inWords(loaded)}.${means}`;
  return `${count.isMore ? `More than ${count.total} branches` : inWords(count.total)}.${means}`;
}

function inWords(count: number): string {
  return count === 1 ? "One branch" : `${count} branches`;
}

function Nothing({ address }: { address: BranchesAddress }) {
  const { view } = address;
  if (isNarrowed(address)) {
    return (
      <EmptyState
        title="No branch matches these filters"
        action={<ButtonLink href={branchesHref({ view })}>Clear filters</ButtonLink>}
      />
    );
  }
  if (view === "all") {
    return <EmptyState title="No branches yet">Push one, and it appears here by itself.</EmptyState>;
  }
  return (
    <EmptyState
      title={view === "deleted" ? "No branch was deleted in the last 30 days" : "No such branches"}
      action={<ButtonLink href="/branches">Show every branch</ButtonLink>}
    >
      {VIEW_MEANS[view]}: there are none.
    </EmptyState>
  );
}
