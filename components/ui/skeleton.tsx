import { classNames } from "./class-names";

export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={classNames("block h-3 animate-pulse rounded-sm bg-fill-strong", className)}
    />
  );
}

const WIDTHS = ["w-3/5", "w-2/5", "w-1/2", "w-1/3", "w-3/4", "w-2/5"] as const;

/** Stands where rows will stand, with their height, so that nothing moves when they come. */
export function RowsSkeleton({ rows = 6, compact = false }: { rows?: number; compact?: boolean }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
          key={row}
          className={classNames(
            "flex items-center gap-4 border-b px-4 last:border-b-0",
            compact ? "h-7" : "h-9",
          )}
        >
          <Skeleton className="size-3 rounded-full" />
          <span className="flex-1">
            <Skeleton className={WIDTHS[row % WIDTHS.length] ?? "w-1/2"} />
          </span>
          <Skeleton className="w-16" />
        </div>
      ))}
    </div>
  );
}

export function PanelSkeleton({ lines = 4 }: { lines?: number }) {
  return (
    <div role="status" aria-label="Loading" className="rounded-lg border bg-panel">
      <div className="flex h-10 items-center border-b px-4">
        <Skeleton className="w-28" />
      </div>
      <div className="flex flex-col gap-4 p-4">
        {Array.from({ length: lines }, (_, line) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
          <Skeleton key={line} className={WIDTHS[line % WIDTHS.length] ?? "w-1/2"} />
        ))}
      </div>
    </div>
  );
}
