"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { FilterField } from "@/components/portal/filter-field";
import { OlderPages } from "@/components/portal/older-pages";
import { ProductChips } from "@/components/products/product-chips";
import { useTRPC } from "@/components/trpc/client";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterChips } from "@/components/ui/filter-chips";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { Tabs } from "@/components/ui/tabs";
import { RunTable } from "./run-table";
import { RUN_VIEWS, type RunsAddress, type RunView, runsHref, runsInput } from "./runs-search";
import { TrendView } from "./trend-view";

const LABELS: Record<RunView, string> = {
  all: "All",
  running: "Running",
  passed: "Passed",
  failed: "Failed",
  cancelled: "Cancelled",
};

/** Every pipeline run, newest first. */
export function RunsView({ address }: { address: RunsAddress }) {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.pipelines.list.queryOptions(runsInput(address)));
  const running = data.runs.filter(({ state }) => state === "running" || state === "queued").length;
  const first = { ...address, before: undefined };
  const isTrend = address.tab === "durations";
  const isNarrowed = runsHref({ ...address, tab: undefined }) !== "/pipelines";
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Pipelines" }]}
        title="Pipelines"
        summary={
          running === 0
            ? "Nothing runs right now."
            : running === 1
              ? "One run is on its way."
              : `${running} runs are on their way.`
        }
      >
        <Tabs
          label="Runs or durations"
          className="mb-3"
          tabs={[
            { label: "Runs", href: runsHref({ ...first, tab: undefined }), current: !isTrend },
            {
              label: "Durations",
              href: runsHref({ ...first, view: "all", tab: "durations" }),
              current: isTrend,
            },
          ]}
        />
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
          {isTrend ? null : (
            <FilterChips
              label="State"
              chips={RUN_VIEWS.map((view) => ({
                label: LABELS[view],
                href: runsHref({ ...first, view }),
                current: view === address.view,
              }))}
            />
          )}
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
            <ProductChips
              current={address.productKey}
              hrefOf={(productKey) => runsHref({ ...first, productKey })}
            />
            <FilterField
              label="Branch"
              placeholder="Branch, whole name"
              value={address.branch}
              hrefOf={(branch) => runsHref({ ...first, branch })}
            />
          </div>
        </div>
      </PageHeader>
      {isTrend ? (
        <TrendView address={address} />
      ) : (
        <>
          <Panel flush={data.runs.length > 0}>
            {data.runs.length > 0 ? (
              <RunTable runs={data.runs} />
            ) : (
              <EmptyState
                title={isNarrowed ? "No run matches these filters" : "Nothing has run yet"}
                action={isNarrowed ? <ButtonLink href="/pipelines">Show every run</ButtonLink> : undefined}
              >
                {isNarrowed
                  ? "Filters take whole branch names."
                  : "Push a commit with a .clearway/pipeline.yaml, and its jobs run here."}
              </EmptyState>
            )}
          </Panel>
          <OlderPages
            newestHref={address.before ? runsHref(first) : null}
            olderHref={data.next ? runsHref({ ...address, before: data.next }) : null}
          />
        </>
      )}
      <Freshness asOf={new Date(dataUpdatedAt)} />
    </>
  );
}
