"use client";

import Link from "next/link";
import { DropdownMenu } from "radix-ui";
import { Fragment, type ReactNode } from "react";
import { Button, type ButtonProps } from "./button";
import { classNames } from "./class-names";
import { Kbd } from "./kbd";

export type MenuItem =
  | {
      kind?: "act";
      label: string;
      onSelect: () => void;
      icon?: ReactNode;
      keys?: string;
      danger?: boolean;
      disabledReason?: string | null | undefined;
    }
  | { kind: "link"; label: string; href: string; icon?: ReactNode; keys?: string }
  /** Sends an empty form: for what must be a POST and then shows another page. */
  | { kind: "post"; label: string; action: string; icon?: ReactNode }
  | { kind: "separator" }
  | { kind: "heading"; label: string; note?: string | undefined };

export type MenuProps = {
  button: ButtonProps;
  items: readonly MenuItem[];
  align?: "start" | "end";
};

const itemClass =
  "flex min-h-8 w-full cursor-pointer select-none items-center gap-2 rounded-md px-2 py-1 text-left outline-none data-highlighted:bg-fill-strong max-md:min-h-10";

export function MenuSurface({ button, items, align = "end" }: MenuProps) {
  return (
    <DropdownMenu.Root defaultOpen>
      <DropdownMenu.Trigger asChild>
        <Button {...button} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-52 max-w-80 animate-appear rounded-lg bg-raised p-1 shadow-float outline-none"
        >
          {items.map((item, position) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a menu's items are fixed while it is open
            <Fragment key={position}>
              <Item item={item} />
            </Fragment>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Item({ item }: { item: MenuItem }) {
  switch (item.kind) {
    case "separator":
      return <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />;
    case "heading":
      return (
        <DropdownMenu.Label className="px-2 py-1.5">
          <span className="block font-medium">{item.label}</span>
          {item.note ? <span className="block text-ink-2 text-xs">{item.note}</span> : null}
        </DropdownMenu.Label>
      );
    case "link":
      return (
        <DropdownMenu.Item asChild>
          <Link href={item.href} prefetch={false} className={itemClass}>
            <Content {...item} />
          </Link>
        </DropdownMenu.Item>
      );
    case "post":
      return (
        <DropdownMenu.Item
          className={itemClass}
          onSelect={() => {
            const form = Object.assign(document.createElement("form"), {
              method: "post",
              action: item.action,
            });
            document.body.append(form);
            form.submit();
          }}
        >
          <Content {...item} />
        </DropdownMenu.Item>
      );
    default:
      return (
        <DropdownMenu.Item
          className={classNames(
            itemClass,
            item.danger && "text-bad-ink",
            item.disabledReason && "cursor-not-allowed",
          )}
          aria-disabled={item.disabledReason ? true : undefined}
          onSelect={(event) => (item.disabledReason ? event.preventDefault() : item.onSelect())}
        >
          <Content {...item} note={item.disabledReason} />
        </DropdownMenu.Item>
      );
  }
}

type ContentProps = { label: string; icon?: ReactNode; keys?: string; note?: string | null | undefined };

function Content({ label, icon, keys, note }: ContentProps) {
  return (
    <>
      {icon ? <span className="text-ink-2 [&_svg]:size-4">{icon}</span> : null}
      <span className={classNames("min-w-0 flex-1", note && "text-ink-2")}>
        {label}
        {note ? <span className="block text-xs">{note}</span> : null}
      </span>
      {keys ? <Kbd keys={keys} /> : null}
    </>
  );
}
