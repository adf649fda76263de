import { AppLink } from "./app-link";
import { classNames } from "./class-names";

export type FilterChip = {
  label: string;
  href: string;
  current?: boolean;
  count?: number | string | undefined;
};

type FilterChipsProps = { label: string; chips: readonly FilterChip[]; className?: string };

/** The filter is the address: each chip is a link to the same page with another query. */
export function FilterChips({ label, chips, className }: FilterChipsProps) {
  return (
    <nav aria-label={label} className={className}>
      <ul className="flex flex-wrap items-center gap-1">
        {chips.map((chip) => (
          <li key={chip.href}>
            <AppLink
              href={chip.href}
              scroll={false}
              aria-current={chip.current ? "true" : undefined}
              className={classNames(
                "inline-flex h-7 items-center max-md:h-9 gap-1.5 rounded-md border px-2.5 transition-colors duration-100",
                chip.current
                  ? "border-line-strong bg-panel font-medium text-ink"
                  : "border-transparent text-ink-2 hover:bg-fill hover:text-ink",
              )}
            >
              {chip.label}
              {chip.count === undefined ? null : (
                <span className={classNames("text-xs", chip.current ? "text-ink-2" : "")}>{chip.count}</span>
              )}
            </AppLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
