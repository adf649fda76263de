import type { ReactNode } from "react";
import { AppLink } from "./app-link";
import { classNames } from "./class-names";

export type Column<Row> = {
  key: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Right-aligned, so that figures stand under each other. */
  numeric?: boolean;
  /** Any CSS width; without one the column takes what it needs. `100%` takes the rest. */
  width?: string;
  /** The cell that names the row: it carries the row's link and is its header for screen readers. */
  heading?: boolean;
  /** Not shown on screens narrower than this. */
  from?: "sm" | "md" | "lg" | "xl";
  /** Keeps a long text on one line, cut with an ellipsis. */
  truncate?: boolean;
};

type DataTableProps<Row> = {
  /** What the table lists, for screen readers. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  rowHref?: (row: Row) => string | undefined;
  selectedKey?: string | undefined;
  density?: "regular" | "compact";
  /** For a table in which everything is known by its column: no visible header. */
  hideHeader?: boolean;
  className?: string;
};

const FROM = {
  sm: "max-sm:hidden",
  md: "max-md:hidden",
  lg: "max-lg:hidden",
  xl: "max-xl:hidden",
} as const;

const LEFT_EDGE = { sm: "max-sm:pl-4", md: "max-md:pl-4", lg: "max-lg:pl-4", xl: "max-xl:pl-4" } as const;
const RIGHT_EDGE = { sm: "max-sm:pr-4", md: "max-md:pr-4", lg: "max-lg:pr-4", xl: "max-xl:pr-4" } as const;

/** The padding of an edge, for the column that becomes the edge where those beside it are not shown. */
function edgeOf<Row>(columns: readonly Column<Row>[], column: Column<Row>): string {
  const always = columns.filter(({ from }) => from === undefined);
  const before = columns[columns.indexOf(column) - 1]?.from;
  const after = columns[columns.indexOf(column) + 1]?.from;
  return classNames(
    column === always[0] && before && LEFT_EDGE[before],
    column === always.at(-1) && after && RIGHT_EDGE[after],
  );
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const {
    label,
    columns,
    rows,
    rowKey,
    rowHref,
    selectedKey,
    density = "regular",
    hideHeader,
    className,
  } = props;
  const edges = columns.map((column) => edgeOf(columns, column));
  return (
    <table className={classNames("w-full border-separate border-spacing-0 text-left", className)}>
      <caption className="sr-only">{label}</caption>
      <thead className={hideHeader ? "sr-only" : undefined}>
        <tr>
          {columns.map((column) => (
            <th
              key={column.key}
              scope="col"
              style={column.width ? { width: column.width } : undefined}
              className={classNames(
                "sticky top-(--sticky-top) z-10 h-8 whitespace-nowrap border-b bg-ground px-3 font-normal text-ink-2 text-xs first:pl-4 last:pr-4",
                column.numeric && "text-right",
                column.from && FROM[column.from],
                edgeOf(columns, column),
              )}
            >
              {column.header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody data-rows>
        {rows.map((row) => {
          const key = rowKey(row);
          return (
            <tr
              key={key}
              aria-current={key === selectedKey ? "true" : undefined}
              className={classNames(
                "group relative transition-colors duration-75",
                rowHref && "hover:bg-fill",
                key === selectedKey && "bg-accent-tint hover:bg-accent-tint",
              )}
            >
              {columns.map((column, position) => (
                <Cell
                  key={column.key}
                  column={column}
                  edge={edges[position] ?? ""}
                  row={row}
                  href={rowHref?.(row)}
                  density={density}
                />
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

type CellProps<Row> = {
  column: Column<Row>;
  edge: string;
  row: Row;
  href: string | undefined;
  density: "regular" | "compact";
};

function Cell<Row>({ column, edge, row, href, density }: CellProps<Row>) {
  const className = classNames(
    "border-b px-3 font-normal first:pl-4 last:pr-4 group-last:border-b-0",
    density === "compact" ? "h-7 py-0.5" : "h-9 py-1.5 max-md:h-11",
    column.numeric && "whitespace-nowrap text-right",
    column.from && FROM[column.from],
    column.truncate && "max-w-0 truncate",
    edge,
  );
  // Also here: a header that is hidden gives its columns no width. The least keeps two tables of a page in line.
  const style = column.width
    ? { width: column.width, ...(column.width.endsWith("px") ? { minWidth: column.width } : {}) }
    : undefined;
  if (!column.heading) {
    return (
      <td className={className} style={style}>
        {column.cell(row)}
      </td>
    );
  }
  return (
    <th scope="row" className={className} style={style}>
      {href === undefined ? (
        column.cell(row)
      ) : (
        <AppLink href={href} data-row-link className="row-link">
          {column.cell(row)}
        </AppLink>
      )}
    </th>
  );
}

/** Lets a wide table scroll sideways inside its own box; its header then no longer follows the page. */
export function TableScroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section aria-label={label} tabIndex={0} className="overflow-x-auto [--sticky-top:0px]">
      {children}
    </section>
  );
}
