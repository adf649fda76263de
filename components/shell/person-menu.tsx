"use client";

import { ChevronDown } from "lucide-react";
import { Menu } from "@/components/ui/menu";
import type { MenuItem } from "@/components/ui/menu-surface";
import { Avatar } from "@/components/ui/person";

export type ShellPerson = {
  name: string;
  /** Their roles in words: "tech lead on Payments". */
  note?: string | undefined;
};

type PersonMenuProps = { person: ShellPerson; items: readonly MenuItem[] };

export function PersonMenu({ person, items }: PersonMenuProps) {
  return (
    <Menu
      button={{
        variant: "ghost",
        className: "gap-1 px-1.5 text-ink",
        "aria-label": `${person.name}: your menu`,
        children: (
          <>
            <Avatar name={person.name} className="size-6 text-[10px]" />
            <ChevronDown aria-hidden className="size-3.5 text-ink-2" />
          </>
        ),
      }}
      items={[{ kind: "heading", label: person.name, note: person.note }, { kind: "separator" }, ...items]}
    />
  );
}
