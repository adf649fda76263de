"use client";

import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { AppLink } from "@/components/ui/app-link";
import { classNames } from "@/components/ui/class-names";
import { NAVIGATION_ID } from "./navigation-id";

export type NavigationItem = {
  label: string;
  href: string;
  icon: ReactNode;
  /** A number, only for what waits for the person who looks; draws nothing when none does. */
  badge?: ReactNode;
  /** Two keys: `g p`. */
  keys?: string;
  /** Other addresses that belong here: the home page. */
  also?: readonly string[];
};

/** Items in one group stand together; groups are divided by space alone. */
export type NavigationGroup = { items: readonly NavigationItem[] };

function isCurrent(item: NavigationItem, path: string): boolean {
  return path === item.href || path.startsWith(`${item.href}/`) || (item.also ?? []).includes(path);
}

export function Navigation({ groups }: { groups: readonly NavigationGroup[] }) {
  const path = usePathname();
  return (
    <nav aria-label="Main" className="flex flex-col gap-4">
      {groups.map((group) => (
        <ul key={group.items[0]?.href} className="flex flex-col gap-px">
          {group.items.map((item) => (
            <li key={item.href}>
              <Item item={item} current={isCurrent(item, path)} />
            </li>
          ))}
        </ul>
      ))}
    </nav>
  );
}

function Item({ item, current }: { item: NavigationItem; current: boolean }) {
  return (
    <AppLink
      href={item.href}
      aria-current={current ? "page" : undefined}
      data-tip={item.label}
      data-tip-keys={item.keys}
      data-tip-when="collapsed"
      onClick={() => document.getElementById(NAVIGATION_ID)?.hidePopover()}
      className={classNames(
        "relative flex h-8 items-center gap-2.5 rounded-md px-2 transition-colors duration-100 max-md:h-10",
        current ? "bg-fill-strong font-medium text-ink" : "text-ink-2 hover:bg-fill hover:text-ink",
      )}
    >
      <span className="flex size-4 shrink-0 [&_svg]:size-4">{item.icon}</span>
      <span className="min-w-0 flex-1 truncate collapsed:md:sr-only">{item.label}</span>
      {item.badge ? (
        <span className="text-ink text-xs collapsed:md:absolute collapsed:md:top-0.5 collapsed:md:right-1 collapsed:md:text-[10px]">
          {item.badge}
        </span>
      ) : null}
    </AppLink>
  );
}
