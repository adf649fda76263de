"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { AppLink } from "@/components/ui/app-link";
import { classNames } from "@/components/ui/class-names";
import { Skeleton } from "@/components/ui/skeleton";
import type { BranchSort } from "@/domain/branches/filters";
import type { Branch } from "./branch";
import { BranchRow } from "./branch-row";
import { type BranchesAddress, branchesHref } from "./branches-search";

const ROW_HEIGHT = 52;
/** What the server draws: enough to fill a screen. */
const FIRST_DRAWN = { width: 1200, height: 900 };
const OVERSCAN = 10;

type BranchListProps = {
  branches: readonly Branch[];
  /** As many as are known to be there: the list is as long as that, loaded or not. */
  total: number;
  address: BranchesAddress;
  hasMore: boolean;
  onMore: () => void;
  selected: ReadonlyMap<string, Branch>;
  onSelect: (branch: Branch) => void;
  onDelete: (branch: Branch) => void;
  onRestore: (branch: Branch) => void;
};

/** The branches in the page's own scroll; only rows in sight and a few around them exist. */
export function BranchList(props: BranchListProps) {
  const { branches, total, address, hasMore, onMore, selected, onSelect, onDelete, onRestore } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    const top = body.current?.getBoundingClientRect().top ?? 0;
    setMargin(top + window.scrollY);
  }, []);
  const count = hasMore ? Math.max(total, branches.length + 1) : branches.length;
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    // Rows around those in sight are there already: the scroll need not wait for more.
    useFlushSync: false,
    scrollMargin: margin,
    initialRect: FIRST_DRAWN,
    getItemKey: (index) => branches[index]?.id ?? index,
  });
  const drawn = virtualizer.getVirtualItems();
  const lastDrawn = drawn.at(-1)?.index ?? 0;
  const isShort = hasMore && lastDrawn + OVERSCAN >= branches.length;
  useEffect(() => {
    if (isShort) onMore();
  }, [isShort, onMore]);
  const above = (drawn[0]?.start ?? margin) - margin;
  const below = virtualizer.getTotalSize() - ((drawn.at(-1)?.end ?? margin) - margin);
  return (
    <table
      aria-rowcount={count + 1}
      data-branches
      className="w-full table-fixed border-separate border-spacing-0"
    >
      <caption className="sr-only">Branches</caption>
      <Head address={address} />
      <tbody ref={body}>
        <Gap height={above} />
        {drawn.map(({ index, key }) => {
          const branch = branches[index];
          return branch ? (
            <BranchRow
              key={key}
              branch={branch}
              index={index}
              measure={virtualizer.measureElement}
              isSelected={selected.has(branch.id)}
              onSelect={onSelect}
              onDelete={onDelete}
              onRestore={onRestore}
            />
          ) : (
            <tr key={key} ref={virtualizer.measureElement} data-index={index} aria-rowindex={index + 2}>
              <td className="border-b" />
              <td className="h-13 border-b px-1.5 max-md:h-15">
                <span className="sr-only">Loading</span>
                <Skeleton className="w-1/3" />
              </td>
            </tr>
          );
        })}
        <Gap height={below} />
      </tbody>
    </table>
  );
}

function Gap({ height }: { height: number }) {
  return height > 0 ? (
    <tr aria-hidden>
      {/* One cell: a span over columns that are hidden on a phone would bring them back. */}
      <td style={{ height }} />
    </tr>
  ) : null;
}

/** In a table of fixed layout the head decides the widths: the name takes what the others leave. */
const COLUMNS: readonly { label: string; sorts?: readonly [BranchSort, string][]; className: string }[] = [
  { label: "Select", className: "w-10 pl-4" },
  { label: "Branch", sorts: [["name", "Branch"]], className: "" },
  {
    label: "Behind and ahead",
    sorts: [
      ["behind", "Behind"],
      ["ahead", "ahead"],
    ],
    className: "w-32 max-md:hidden",
  },
  { label: "Pull request", className: "w-28 max-md:hidden" },
  { label: "Checks", className: "w-24 max-md:hidden" },
  { label: "Owner", className: "w-36 max-lg:hidden" },
  { label: "Age", sorts: [["commit", "Age"]], className: "w-20 text-right! max-md:pr-4" },
  { label: "Acts", className: "w-16 pr-4 max-md:hidden" },
];

function Head({ address }: { address: BranchesAddress }) {
  const isDeletions = address.view === "deleted";
  return (
    <thead>
      <tr aria-rowindex={1}>
        {COLUMNS.map(({ label, sorts = [], className }) => {
          const isCurrent = !isDeletions && sorts.some(([sort]) => sort === address.sort);
          return (
            <th
              key={label}
              scope="col"
              aria-sort={isCurrent ? directionOf(address) : undefined}
              className={classNames(
                "sticky top-(--sticky-top) z-10 h-8 whitespace-nowrap border-b bg-ground px-1.5 text-left font-normal text-ink-2 text-xs",
                className,
                isDeletions && label === "Acts" && "w-28",
              )}
            >
              {isDeletions || sorts.length === 0 ? (
                <span className={label === "Select" || label === "Acts" ? "sr-only" : undefined}>
                  {isDeletions && label === "Age" ? "Deleted" : label}
                </span>
              ) : (
                sorts.map(([sort, words], position) => (
                  <span key={sort}>
                    {position > 0 ? " and " : null}
                    <Sorting address={address} sort={sort} label={words} />
                  </span>
                ))
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function directionOf({ sort, isReversed }: BranchesAddress): "ascending" | "descending" {
  return (sort === "name") === isReversed ? "descending" : "ascending";
}

type SortingProps = { address: BranchesAddress; sort: BranchSort; label: string };

function Sorting({ address, sort, label }: SortingProps) {
  const isCurrent = address.sort === sort;
  const next = { ...address, sort, isReversed: isCurrent && !address.isReversed };
  return (
    <AppLink
      href={branchesHref(next)}
      scroll={false}
      className={classNames("hover:text-ink hover:underline", isCurrent && "font-medium text-ink")}
    >
      {label}
      {isCurrent ? (
        <span aria-hidden className="ml-0.5">
          {directionOf(address) === "ascending" ? "↑" : "↓"}
        </span>
      ) : null}
    </AppLink>
  );
}
