"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { FilterField } from "@/components/portal/filter-field";
import { OlderPages } from "@/components/portal/older-pages";
import { ProductChips } from "@/components/products/product-chips";
import { useTRPC } from "@/components/trpc/client";
import { ButtonLink, buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterChips } from "@/components/ui/filter-chips";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { RELEASE_STATES, type ReleaseState } from "@/domain/releases/release-states";
import { ReleaseTable } from "./release-table";
import { type ReleasesAddress, releasesHref, releasesInput } from "./releases-search";

const LABELS: Record<ReleaseState, string> = {
  all: "All",
  live: "Running somewhere",
  withdrawn: "Withdrawn",
};

/** What was built once and travels, newest first. */
export function ReleasesView({ address }: { address: ReleasesAddress }) {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.releases.list.queryOptions(releasesInput(address)));
  const first = { ...address, before: undefined };
  const isNarrowed = releasesHref(address) !== "/releases";
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Releases" }]}
        title="Releases"
        summary="One tree, built once: the artifact that was tested is the one that travels to every client."
        actions={
          <a
            href={`/api/releases?${releasesHref(first).split("?")[1] ?? ""}`}
            download
            className={buttonClass({ variant: "secondary" })}
          >
            <Download aria-hidden className="size-4" />
            Download CSV
          </a>
        }
      >
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
          <FilterChips
            label="State"
            chips={RELEASE_STATES.map((state) => ({
              label: LABELS[state],
              href: releasesHref({ ...first, state }),
              current: state === address.state,
            }))}
          />
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
            <ProductChips
              current={address.productKey}
              hrefOf={(productKey) => releasesHref({ ...first, productKey })}
            />
            <FilterField
              label="Version"
              placeholder="Version begins with"
              value={address.version}
              hrefOf={(version) => releasesHref({ ...first, version })}
            />
          </div>
        </div>
      </PageHeader>
      <Panel flush={data.releases.length > 0}>
        {data.releases.length > 0 ? (
          <ReleaseTable releases={data.releases} />
        ) : (
          <EmptyState
            title={isNarrowed ? "No release matches these filters" : "No releases yet"}
            action={isNarrowed ? <ButtonLink href="/releases">Show every release</ButtonLink> : undefined}
          >
            {isNarrowed
              ? "A version filter is the beginning of a version: 2026.21."
              : "What is merged into a sprint branch is built once; the result is a release."}
          </EmptyState>
        )}
      </Panel>
      <OlderPages
        newestHref={address.before ? releasesHref(first) : null}
        olderHref={data.next ? releasesHref({ ...address, before: data.next }) : null}
      />
      <Freshness asOf={new Date(dataUpdatedAt)} />
    </>
  );
}
