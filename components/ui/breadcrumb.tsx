import { AppLink } from "./app-link";
import { UntrustedText } from "./untrusted-text";

export type Crumb = { label: string; href?: string };

/**
 * The title's path. It is drawn by the page but stands in the shell's top bar (it lays itself over that bar and sticks
 * there), so that it is in the server's HTML and nothing moves afterwards.
 */
export function Breadcrumb({ items }: { items: readonly Crumb[] }) {
  return (
    <nav
      aria-label="Breadcrumb"
      className="pointer-events-none sticky top-0 z-30 -mt-(--bar-height) flex h-(--bar-height) max-w-[calc(100%-12rem)] items-center max-md:ml-10 max-md:max-w-[calc(100%-14.5rem)]"
    >
      <ol className="pointer-events-auto flex min-w-0 items-center gap-1.5">
        {items.map((item, position) => {
          const last = position === items.length - 1;
          return (
            <li
              key={`${item.href ?? ""}${item.label}`}
              className={
                last
                  ? "flex min-w-0 items-center gap-1.5"
                  : "flex shrink-0 items-center gap-1.5 max-md:hidden"
              }
            >
              {item.href && !last ? (
                <AppLink href={item.href} className="text-ink-2 hover:text-ink">
                  <UntrustedText>{item.label}</UntrustedText>
                </AppLink>
              ) : (
                <span
                  aria-current={last ? "page" : undefined}
                  className={last ? "truncate font-medium" : "text-ink-2"}
                >
                  <UntrustedText>{item.label}</UntrustedText>
                </span>
              )}
              {last ? null : (
                <span aria-hidden className="text-ink-3">
                  /
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
