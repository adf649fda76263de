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
    // On a phone one line that is swiped, out to the edges of the screen, instead of two or three.
    <nav
      aria-label={label}
      className={classNames("max-md:-mx-4 max-md:min-w-0 max-md:max-w-[100vw]", className)}
    >
      <ul className="flex items-center gap-1 max-md:overflow-x-auto max-md:px-4 max-md:py-0.5 max-md:[scrollbar-width:none] md:flex-wrap">
        {chips.map((chip) => (
          <li key={chip.href} className="max-md:shrink-0">
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
