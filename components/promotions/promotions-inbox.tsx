"use client";

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { RequestsNotice } from "@/components/people/requests-notice";
import { ProductChips } from "@/components/products/product-chips";
import { useTRPC } from "@/components/trpc/client";
import { ButtonLink } from "@/components/ui/button";
import { ClockTime } from "@/components/ui/clock-time";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterChips } from "@/components/ui/filter-chips";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import type { InboxView } from "@/domain/promotions/inbox-views";
import type { ListPromotions } from "@/domain/promotions/input";
import { inboxHref, isBeforeFirst, waitingSectionOf } from "./inbox-search";
import type { PromotionLine } from "./promotion";
import { PromotionTable } from "./promotion-table";

/** Of no use any more from the first promotion on. */
const FirstSteps = lazy(() => import("./first-steps").then((m) => ({ default: m.FirstSteps })));

const VIEWS: readonly { view: InboxView; label: string }[] = [
  { view: "all", label: "All" },
  { view: "waits-for-me", label: "Waits for me" },
  { view: "mine", label: "Mine" },
  { view: "running", label: "Running" },
  { view: "done", label: "Done" },
];

/** What waits for a decision, what runs and what is done. One line each; the address is the filter. */
export function PromotionsInbox({ input }: { input: ListPromotions }) {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.promotions.list.queryOptions(input));
  const section = waitingSectionOf(input);
  const { data: waiting } = useQuery(
    trpc.promotions.list.queryOptions(section ?? input, { enabled: section !== null }),
  );
  const forMe = section ? (waiting?.items ?? []) : [];
  const rest = section ? data.items.filter((item) => !forMe.some((one) => one.id === item.id)) : data.items;
  return (
    <>
      <PageHeader breadcrumb={[{ label: "Promotions" }]} title="Promotions" summary={<WaitingSummary />}>
        <Filters input={input} />
      </PageHeader>
      <div className="flex flex-col gap-6">
        {showsWhatWaits(input) ? <RequestsNotice /> : null}
        {forMe.length > 0 ? (
          <Panel title="Waits for you" note={String(forMe.length)} flush>
            <PromotionTable label="Waits for you" promotions={forMe} />
          </Panel>
        ) : null}
        {forMe.length > 0 && rest.length === 0 ? null : (
          <Rest title={forMe.length > 0 ? "Everything else" : undefined} items={rest} input={input} />
        )}
      </div>
      <Pages input={input} next={data.next} />
      <Freshness asOf={new Date(dataUpdatedAt)} />
    </>
  );
}

function showsWhatWaits({ view, before }: ListPromotions): boolean {
  return (view === "all" || view === "waits-for-me") && before === undefined;
}

type RestProps = { title: string | undefined; items: readonly PromotionLine[]; input: ListPromotions };

function Rest({ title, items, input }: RestProps) {
  if (isBeforeFirst(input, items.length)) {
    return (
      <Suspense>
        <FirstSteps />
      </Suspense>
    );
  }
  const label = VIEWS.find(({ view }) => view === input.view)?.label ?? "Promotions";
  return (
    <Panel title={title} flush={items.length > 0}>
      {items.length > 0 ? (
        <PromotionTable label={title ?? label} promotions={items} />
      ) : (
        <Nothing input={input} />
      )}
    </Panel>
  );
}

const NUMBERS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"];

/** "Three wait for you; the oldest since 09:02." */
function WaitingSummary() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.promotions.waiting.queryOptions());
  const { data: requests } = useQuery(trpc.people.waiting.queryOptions());
  if (data.count === 0 || data.oldest === null) {
    return requests?.count ? "No promotion waits for you." : "Nothing waits for you.";
  }
  const count = NUMBERS[data.count] ?? String(data.count);
  return (
    <>
      {count} {data.count === 1 ? "waits for you, since " : "wait for you; the oldest since "}
      <ClockTime at={data.oldest} />.
    </>
  );
}

function Filters({ input }: { input: ListPromotions }) {
  const trpc = useTRPC();
  const { data: waiting } = useQuery(trpc.promotions.waiting.queryOptions());
  const { view, productKey } = input;
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
      <FilterChips
        label="Which promotions"
        chips={VIEWS.map((item) => ({
          label: item.label,
          href: inboxHref({ view: item.view, productKey }),
          current: item.view === view,
          count: item.view === "waits-for-me" && waiting?.count ? waiting.count : undefined,
        }))}
      />
      <ProductChips current={productKey} hrefOf={(key) => inboxHref({ view, productKey: key })} />
    </div>
  );
}

const EMPTY: Record<InboxView, { title: string; text: string }> = {
  all: {
    title: "No promotions here",
    text: "Merges and deployments that are asked for are decided here.",
  },
  "waits-for-me": {
    title: "No promotion waits for you",
    text: "What needs one of your roles, and that you had no hand in, appears here by itself.",
  },
  mine: {
    title: "You have not asked for anything yet",
    text: "Pull requests that you open and releases that you promote are listed here.",
  },
  running: {
    title: "Nothing is running",
    text: "Merges, deployments and rollbacks are here while they are carried out and verified.",
  },
  done: {
    title: "Nothing has ended yet",
    text: "What was merged, deployed, rejected or withdrawn is kept here.",
  },
};

function Nothing({ input }: { input: ListPromotions }) {
  const { title, text } = EMPTY[input.view];
  const isNarrowed = input.productKey !== undefined || input.before !== undefined;
  return (
    <EmptyState
      title={title}
      action={
        isNarrowed ? (
          <ButtonLink href={inboxHref({ view: input.view })}>Show every product</ButtonLink>
        ) : undefined
      }
    >
      {text}
    </EmptyState>
  );
}

function Pages({ input, next }: { input: ListPromotions; next: number | null }) {
  const { view, productKey, before } = input;
  if (next === null && before === undefined) return null;
  return (
    <nav aria-label="Pages" className="mt-4 flex justify-center gap-2">
      {before === undefined ? null : <ButtonLink href={inboxHref({ view, productKey })}>Newest</ButtonLink>}
      {next === null ? null : (
        <ButtonLink href={inboxHref({ view, productKey, before: next })}>Show older</ButtonLink>
      )}
    </nav>
  );
}
