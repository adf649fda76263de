"use client";

import { Command } from "cmdk";
import { Check, Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { Popover } from "radix-ui";
import { useLayoutEffect, useRef, useState } from "react";
import { Button, type ButtonProps } from "./button";
import { type Choice, choicesLike } from "./choice-search";
import { UntrustedText } from "./untrusted-text";

export type ChoiceSurfaceProps = {
  button: ButtonProps;
  label: string;
  every: string;
  choices: readonly Choice[];
  current: string | undefined;
  hrefOf: (key: string | undefined) => string;
};

/** No key has a colon. */
const EVERY = "every:";

/** The button, and below it the list with a field to search it. Choosing goes to another address. */
export function ChoiceSurface({ button, ...list }: ChoiceSurfaceProps) {
  const [open, setOpen] = useState(true);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button {...button} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={16}
          aria-label={list.label}
          className="z-50 w-72 max-w-[calc(100vw-2rem)] animate-appear overflow-hidden rounded-lg bg-raised shadow-float outline-none"
        >
          <List {...list} onDone={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

type ListProps = Omit<ChoiceSurfaceProps, "button"> & { onDone: () => void };

function List({ label, every, choices, current, hrefOf, onDone }: ListProps) {
  const router = useRouter();
  const [typed, setTyped] = useState("");
  const found = choicesLike(choices, typed);
  const box = useRef<HTMLDivElement>(null);
  // It opens where the chosen one is. Not by scrollIntoView: the page would be scrolled along.
  useLayoutEffect(() => {
    const chosen = box.current?.querySelector("[data-chosen]");
    if (!box.current || !chosen) return;
    const { top, height } = box.current.getBoundingClientRect();
    box.current.scrollTop += chosen.getBoundingClientRect().top - top - height / 2;
  }, []);
  const go = (key: string | undefined) => {
    onDone();
    router.push(hrefOf(key), { scroll: false });
  };
  return (
    <Command shouldFilter={false} loop label={label} defaultValue={current ?? EVERY}>
      <div className="flex h-9 items-center gap-2 border-b px-3 max-md:h-11">
        <Search aria-hidden className="size-4 shrink-0 text-ink-2" />
        <Command.Input
          value={typed}
          onValueChange={setTyped}
          placeholder={`Find one of ${choices.length}`}
          className="h-full min-w-0 flex-1 bg-transparent outline-none max-md:text-[16px]"
        />
      </div>
      <Command.List
        ref={box}
        label={label}
        className="max-h-[min(20rem,50dvh)] overflow-y-auto overscroll-contain p-1"
      >
        {typed.trim() === "" ? (
          <Item value={EVERY} isCurrent={current === undefined} onSelect={() => go(undefined)}>
            {every}
          </Item>
        ) : null}
        {found.map(({ key, name }) => (
          <Item key={key} value={key} isCurrent={key === current} onSelect={() => go(key)}>
            {name}
          </Item>
        ))}
        {found.length === 0 ? (
          <p role="status" className="px-2 py-4 text-center text-ink-2">
            None is called that.
          </p>
        ) : null}
      </Command.List>
    </Command>
  );
}

type ItemProps = { value: string; isCurrent: boolean; onSelect: () => void; children: string };

function Item({ value, isCurrent, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      data-chosen={isCurrent || undefined}
      className="flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2 py-1 data-[selected=true]:bg-fill-strong max-md:min-h-11"
    >
      <UntrustedText className="min-w-0 flex-1 truncate">{children}</UntrustedText>
      {isCurrent ? (
        <>
          <Check aria-hidden className="size-4 shrink-0 text-ink-2" />
          <span className="sr-only">, chosen</span>
        </>
      ) : null}
    </Command.Item>
  );
}
