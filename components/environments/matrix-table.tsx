"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { useTRPC } from "@/components/trpc/client";
import { classNames } from "@/components/ui/class-names";
import { StatusMark } from "@/components/ui/status-mark";
import { policyInBrief, policyInSentences } from "@/domain/policies/in-words";
import { MatrixCell } from "./matrix-cell";
import type { Column, Environment, Row } from "./matrix-model";
import {
  goWithin,
  type MatrixAddress,
  matrixHref,
  slotIdIn,
  slotSearch,
  withCompared,
} from "./matrix-search";
import { useCellLinks } from "./use-cell-links";

const ROW_HEIGHT = { product: 33, component: 57 } as const;
/** Shorter tables are drawn whole: finding in the page and printing then work. */
const WINDOWED_FROM = 60;
const ALL_DRAWN = { width: 1200, height: 900 };

type MatrixTableProps = { columns: readonly Column[]; rows: readonly Row[]; address: MatrixAddress };

/** Products and components down, environments across; in a box of its own, so that head and names stay in sight. */
export function MatrixTable({ columns, rows, address }: MatrixTableProps) {
  const box = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    enabled: rows.length > WINDOWED_FROM,
    getScrollElement: () => box.current,
    estimateSize: (index) => ROW_HEIGHT[rows[index]?.kind ?? "component"],
    overscan: 8,
    initialRect: ALL_DRAWN,
  });
  const links = useMatrixLinks(address);
  const searchOf = slotSearch(address);
  const drawn = virtualizer.getVirtualItems();
  const isWindowed = rows.length > WINDOWED_FROM;
  const indices = isWindowed ? drawn.map(({ index }) => index) : rows.map((_, index) => index);
  const above = isWindowed ? (drawn[0]?.start ?? 0) : 0;
  const below = isWindowed ? virtualizer.getTotalSize() - (drawn.at(-1)?.end ?? 0) : 0;
  return (
    <div ref={links} className="scroll-edge">
      <section
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="Environments"
        className="max-h-[calc(100dvh-9rem)] overflow-auto rounded-lg border bg-panel scroll-edge-box"
      >
        <table
          aria-rowcount={rows.length}
          className="matrix w-full border-separate border-spacing-0 text-left [&_tbody_tr:last-child>*]:border-b-0"
        >
          <caption className="sr-only">What runs where: components down, environments across</caption>
          <Head columns={columns} />
          <tbody>
            <Gap height={above} columns={columns.length + 1} />
            {indices.map((index) => {
              const row = rows[index];
              return row ? (
                <BodyRow
                  key={`${row.kind}${row.key}`}
                  row={row}
                  columns={columns}
                  address={address}
                  searchOf={searchOf}
                  position={index + 1}
                />
              ) : null;
            })}
            <Gap height={below} columns={columns.length + 1} />
          </tbody>
        </table>
      </section>
    </div>
  );
}

/** A click opens the drawer within the page; with one cell chosen already, or with shift, it chooses what to compare. */
function useMatrixLinks(address: MatrixAddress) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return useCellLinks({
    onNear: (link) => {
      const slotId = slotIdIn(link.search);
      if (slotId) void queryClient.prefetchQuery(trpc.environments.slot.queryOptions({ slotId }));
    },
    onFollow: (link, event) => {
      const slotId = slotIdIn(link.search);
      if (!slotId) return;
      const isComparing = event.shiftKey || address.compare?.length === 1;
      goWithin(matrixHref(isComparing ? withCompared(address, slotId) : { ...address, slotId }));
    },
  });
}

function Gap({ height, columns }: { height: number; columns: number }) {
  return height > 0 ? (
    <tr aria-hidden>
      <td colSpan={columns} style={{ height }} />
    </tr>
  ) : null;
}

function Head({ columns }: { columns: readonly Column[] }) {
  const environments = [...new Map(columns.map(({ environment }) => [environment.id, environment])).values()];
  const hasClients = columns.some(({ client }) => client !== null);
  const names = new Map(environments.map(({ key, name }) => [key, name]));
  const head = "sticky z-20 border-b bg-ground px-3 font-normal";
  return (
    <thead>
      <tr>
        <th
          scope="col"
          rowSpan={hasClients ? 2 : 1}
          className={classNames(head, "top-0 left-0 z-30 w-44 min-w-40 border-r pl-4 text-ink-2 text-xs")}
        >
          Component
        </th>
        {environments.map((environment, position) => {
          const own = columns.filter((column) => column.environment.id === environment.id);
          const isSplit = own.some(({ client }) => client !== null);
          return (
            <th
              key={environment.id}
              scope={isSplit ? "colgroup" : "col"}
              colSpan={own.length}
              rowSpan={hasClients && !isSplit ? 2 : 1}
              className={classNames(
                head,
                "top-0 h-12 min-w-36",
                isSplit && "border-b-0",
                startsProduction(environment, environments[position - 1]) && DOUBLE_RULE,
              )}
            >
              <EnvironmentHead environment={environment} names={names} />
            </th>
          );
        })}
      </tr>
      {hasClients ? (
        <tr>
          {columns.map((column, position) =>
            column.client ? (
              <th
                key={`${column.environment.id}${column.client.key}`}
                scope="col"
                className={classNames(
                  head,
                  "top-12 h-7 min-w-36 whitespace-nowrap text-ink-2 text-xs",
                  startsProduction(column.environment, columns[position - 1]?.environment) && DOUBLE_RULE,
                )}
              >
                {column.client.name}
              </th>
            ) : null,
          )}
        </tr>
      ) : null}
    </thead>
  );
}

const DOUBLE_RULE = "double-rule";

function startsProduction(environment: Environment, before: Environment | undefined): boolean {
  return environment.isProduction && !before?.isProduction;
}

type EnvironmentHeadProps = { environment: Environment; names: ReadonlyMap<string, string> };

function EnvironmentHead({ environment, names }: EnvironmentHeadProps) {
  const sentences = environment.retiredAt
    ? [`Retired: ${environment.retiredReason}`]
    : environment.rules
      ? policyInSentences(environment.rules, "environment", names)
      : ["Closed: no policy is bound to it, so nothing is deployed here"];
  return (
    <span className="block" data-tip={sentences.join(" · ")}>
      <span className="block font-medium">{environment.name}</span>
      <span className="flex items-center gap-1 text-ink-2 text-xs">
        {environment.rules && !environment.retiredAt ? null : (
          <StatusMark
            status={environment.retiredAt ? "superseded" : "blocked"}
            label={null}
            className="size-3"
          />
        )}
        <span className="max-w-56 truncate">
          {environment.retiredAt ? "retired" : policyInBrief(environment.rules)}
        </span>
      </span>
    </span>
  );
}

type BodyRowProps = {
  row: Row;
  columns: readonly Column[];
  address: MatrixAddress;
  searchOf: ReturnType<typeof slotSearch>;
  position: number;
};

function BodyRow({ row, columns, address, searchOf, position }: BodyRowProps) {
  if (row.kind === "product") {
    return (
      <tr aria-rowindex={position}>
        <th
          scope="rowgroup"
          colSpan={columns.length + 1}
          className="sticky left-0 h-8 border-b bg-fill px-4 font-medium"
        >
          <span className="sticky left-4">{row.name}</span>
        </th>
      </tr>
    );
  }
  return (
    <tr aria-rowindex={position}>
      <th
        scope="row"
        className="sticky left-0 z-10 h-14 border-r border-b bg-panel px-4 py-2 align-top font-normal"
      >
        <span className="block whitespace-nowrap">{row.key}</span>
        <span className="block text-ink-2 text-xs">{row.isCommon ? "common" : "per client"}</span>
      </th>
      {row.places.map((place, index) => (
        <MatrixCell
          key={place.cell?.slotId ?? `empty${index}`}
          place={place}
          componentKey={row.key}
          search={searchOf(place.cell?.slotId)}
          isMarked={
            place.cell !== null &&
            (address.slotId === place.cell.slotId || (address.compare ?? []).includes(place.cell.slotId))
          }
        />
      ))}
    </tr>
  );
}
