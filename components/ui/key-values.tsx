import type { ReactNode } from "react";
import { classNames } from "./class-names";

export type KeyValue = { label: string; value: ReactNode };

type KeyValuesProps = { items: readonly KeyValue[]; columns?: 1 | 2 | 3; className?: string };

/** Facts with their names. One column puts the name beside its value, several put it above. */
export function KeyValues({ items, columns = 1, className }: KeyValuesProps) {
  const beside = columns === 1;
  return (
    <dl
      className={classNames(
        beside ? "grid grid-cols-[minmax(88px,auto)_minmax(0,1fr)] gap-x-6 gap-y-2" : "grid gap-x-6 gap-y-4",
        columns === 2 && "sm:grid-cols-2",
        columns === 3 && "sm:grid-cols-2 lg:grid-cols-3",
        className,
      )}
    >
      {items.map((item) => (
        <div key={item.label} className={beside ? "contents" : "min-w-0"}>
          <dt className="text-ink-2">{item.label}</dt>
          <dd className={classNames("min-w-0", beside ? "" : "mt-0.5")}>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
