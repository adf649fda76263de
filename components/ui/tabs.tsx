import { AppLink } from "./app-link";
import { classNames } from "./class-names";

export type Tab = { label: string; href: string; current?: boolean; count?: number | undefined };

/** Parts of one thing, each with its own address. */
export function Tabs({
  label,
  tabs,
  className,
}: {
  label: string;
  tabs: readonly Tab[];
  className?: string;
}) {
  return (
    <nav aria-label={label} className={classNames("overflow-x-auto border-b", className)}>
      <ul className="flex gap-5">
        {tabs.map((tab) => (
          <li key={tab.href} className="shrink-0">
            <AppLink
              href={tab.href}
              scroll={false}
              aria-current={tab.current ? "page" : undefined}
              className={classNames(
                "inline-flex h-9 items-center gap-1.5 border-b-2 transition-colors duration-100 focus-visible:-outline-offset-2",
                tab.current
                  ? "border-ink font-medium text-ink"
                  : "border-transparent text-ink-2 hover:border-line-strong hover:text-ink",
              )}
            >
              {tab.label}
              {tab.count === undefined ? null : (
                <span className="font-normal text-ink-2 text-xs">{tab.count}</span>
              )}
            </AppLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
