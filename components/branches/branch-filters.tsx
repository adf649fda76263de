"use client";

import { SlidersHorizontal } from "lucide-react";
import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { FilterField } from "@/components/portal/filter-field";
import { ProductChips } from "@/components/products/product-chips";
import { AppLink } from "@/components/ui/app-link";
import { Button } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { FilterChips } from "@/components/ui/filter-chips";
import { type Option, Select } from "@/components/ui/select";
import { BRANCH_VIEWS, type BranchView } from "@/domain/branches/filters";
import { BRANCH_KIND_NAMES, MERGED_MEANS, STALE_MEANS } from "@/domain/branches/in-words";
import { BRANCH_KINDS } from "@/domain/branches/naming";
import { type BranchesAddress, branchesHref, countFolded, isNarrowed } from "./branches-search";

const VIEW_NAMES: Record<BranchView, string> = {
  all: "All",
  mine: "Mine",
  stale: "Stale",
  merged: "Merged",
  misnamed: "Misnamed",
  deleted: "Deleted",
};

export const VIEW_MEANS: Record<BranchView, string> = {
  all: "Every branch that stands",
  mine: "You pushed to them last",
  stale: STALE_MEANS,
  merged: MERGED_MEANS,
  misnamed: "Their names do not keep to the policy",
  deleted: "Deleted within the last 30 days",
};

const CHOICES = [
  {
    name: "kind",
    label: "Kind",
    options: [
      { value: "", label: "Every kind" },
      ...BRANCH_KINDS.map((kind) => ({ value: kind, label: BRANCH_KIND_NAMES[kind] })),
    ],
  },
  {
    name: "age",
    label: "Last commit",
    options: [
      { value: "", label: "Any age" },
      { value: "week", label: "This week" },
      { value: "month", label: "8 to 30 days old" },
      { value: "quarter", label: "31 to 90 days old" },
      { value: "older", label: "Over 90 days old" },
    ],
  },
  {
    name: "distance",
    label: "Behind and ahead",
    options: [
      { value: "", label: "Any distance" },
      { value: "ahead", label: "Ahead of base" },
      { value: "behind", label: "Behind base" },
      { value: "diverged", label: "Both" },
    ],
  },
  {
    name: "pull",
    label: "Pull request",
    options: [
      { value: "", label: "Any pull request" },
      { value: "open", label: "Pull request open" },
      { value: "none", label: "No pull request" },
    ],
  },
  {
    name: "checks",
    label: "Checks",
    options: [
      { value: "", label: "Any checks" },
      { value: "passed", label: "Checks passed" },
      { value: "failed", label: "Checks failed" },
      { value: "running", label: "Checks running" },
      { value: "none", label: "Nothing ran" },
    ],
  },
] as const satisfies readonly {
  name: keyof BranchesAddress;
  label: string;
  options: readonly Option[];
}[];

type BranchFiltersProps = {
  address: BranchesAddress;
  counts: Readonly<Record<BranchView, number>> | undefined;
  /** A count above this is only known to be more. */
  countedTo: number | undefined;
};

/** What is shown, all of it in the address. */
export function BranchFilters({ address, counts, countedTo = 0 }: BranchFiltersProps) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const chosen = useId();
  const folded = countFolded(address);
  const hrefOf = (change: Partial<BranchesAddress>) => branchesHref({ ...address, ...change });
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <FilterChips
          label="View"
          chips={BRANCH_VIEWS.map((view) => ({
            label: VIEW_NAMES[view],
            href: hrefOf({ view }),
            current: view === address.view,
            count: shownCount(counts?.[view], countedTo),
          }))}
        />
        <ProductChips
          current={address.productKey}
          hrefOf={(productKey) => hrefOf({ productKey, repositoryKey: undefined })}
        />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <FilterField
          label="Name"
          placeholder="Part of a name"
          value={address.search}
          hrefOf={(search) => hrefOf({ search })}
          className="[&_input]:h-8 [&_input]:w-44"
        />
        <Button
          className="md:hidden"
          aria-expanded={isOpen}
          aria-controls={chosen}
          icon={<SlidersHorizontal aria-hidden className="size-4" />}
          onClick={() => setIsOpen(!isOpen)}
        >
          {folded > 0 ? `Filters (${folded})` : "Filters"}
        </Button>
        <div
          id={chosen}
          className={classNames("grid w-full grid-cols-2 gap-2 md:contents", !isOpen && "max-md:hidden")}
        >
          {CHOICES.map(({ name, label, options }) => (
            <Select
              key={name}
              aria-label={label}
              options={options}
              value={address[name] ?? ""}
              className="md:w-36"
              onChange={(event) =>
                router.push(hrefOf({ [name]: event.target.value || undefined }), { scroll: false })
              }
            />
          ))}
          <FilterField
            label="Owner"
            placeholder="Owner"
            value={address.owner}
            hrefOf={(owner) => hrefOf({ owner })}
            className="[&_input]:h-8 [&_input]:w-full md:[&_input]:w-28"
          />
        </div>
        {address.repositoryKey ? (
          <AppLink
            href={hrefOf({ repositoryKey: undefined })}
            scroll={false}
            className="inline-flex h-7 items-center gap-1.5 rounded-md border border-line-strong bg-panel px-2 hover:bg-fill"
          >
            <span className="text-ink-2">in</span> {address.repositoryKey}
            <span aria-hidden>×</span>
            <span className="sr-only">Show every repository</span>
          </AppLink>
        ) : null}
        {isNarrowed(address) ? (
          <AppLink
            href={branchesHref({ view: address.view, sort: address.sort, isReversed: address.isReversed })}
            scroll={false}
            className="text-ink-2 underline underline-offset-2 hover:text-ink"
          >
            Clear filters
          </AppLink>
        ) : null}
      </div>
    </div>
  );
}

function shownCount(count: number | undefined, countedTo: number): number | string | undefined {
  return count !== undefined && count > countedTo ? `${countedTo}+` : count;
}
