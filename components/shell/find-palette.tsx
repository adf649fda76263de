"use client";

import { Command } from "cmdk";
import { Search as SearchIcon } from "lucide-react";
import { useRouter } from "next/navigation";
import { Dialog } from "radix-ui";
import { useEffect, useState } from "react";
import { Kbd } from "@/components/ui/kbd";
import { Spinner } from "@/components/ui/spinner";
import { type Status, StatusMark } from "@/components/ui/status-mark";
import { UntrustedText } from "@/components/ui/untrusted-text";

export type FindResult = {
  /** What it is: "Promotions". Results of one group stand together, in the order they came. */
  group: string;
  title: string;
  subtitle?: string | undefined;
  href: string;
  mark?: Status | undefined;
};

export type Search = (query: string, signal: AbortSignal) => Promise<readonly FindResult[]>;

/** A page of the sidebar, with the keys that open it. */
export type FindPage = { label: string; href: string; keys?: string | undefined };

export type FindPaletteProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  search: Search;
  pages: readonly FindPage[];
};

type Answer =
  | { state: "idle" }
  | { state: "asking"; last: readonly FindResult[] }
  | { state: "found"; query: string; results: readonly FindResult[] }
  | { state: "failed" };

const PAUSE_MS = 120;

export function FindPalette({ open, onOpenChange, search, pages }: FindPaletteProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-4 top-[12vh] z-50 mx-auto max-w-xl animate-appear overflow-hidden rounded-lg bg-raised shadow-float outline-none"
        >
          <Dialog.Title className="sr-only">Find</Dialog.Title>
          <Palette search={search} pages={pages} onDone={() => onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

type PaletteProps = Pick<FindPaletteProps, "search" | "pages"> & { onDone: () => void };

function Palette({ search, pages, onDone }: PaletteProps) {
  const router = useRouter();
  const [query, setQuery] = useState("");
  const [answer, setAnswer] = useState<Answer>({ state: "idle" });

  useEffect(() => {
    const wanted = query.trim();
    if (wanted === "") {
      setAnswer({ state: "idle" });
      return;
    }
    const control = new AbortController();
    setAnswer((known) => ({ state: "asking", last: known.state === "found" ? known.results : [] }));
    const timer = setTimeout(() => {
      search(wanted, control.signal).then(
        (results) => control.signal.aborted || setAnswer({ state: "found", query: wanted, results }),
        () => control.signal.aborted || setAnswer({ state: "failed" }),
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [query, search]);

  const results = answer.state === "found" ? answer.results : answer.state === "asking" ? answer.last : [];
  const named = pagesLike(pages, query);
  const go = (href: string) => {
    onDone();
    router.push(href);
  };
  return (
    <Command shouldFilter={false} loop label="Find">
      <div className="flex h-12 items-center gap-2.5 border-b px-4">
        {answer.state === "asking" ? (
          <Spinner className="size-4 text-ink-2" />
        ) : (
          <SearchIcon aria-hidden className="size-4 shrink-0 text-ink-2" />
        )}
        <Command.Input
          value={query}
          onValueChange={setQuery}
          placeholder="A SHA, ticket, version, branch or name"
          className="h-full min-w-0 flex-1 bg-transparent text-base outline-none max-md:text-[16px]"
        />
        <Kbd keys="Esc" />
      </div>
      <Command.List className="max-h-[52vh] overflow-y-auto p-1.5">
        <Message answer={answer} hasPages={named.length > 0} />
        {named.length > 0 ? (
          <Command.Group heading="Pages" className={GROUP}>
            {named.map(({ label, href, keys }) => (
              <Command.Item key={href} value={href} onSelect={() => go(href)} className={ITEM}>
                <span className="size-3.5 shrink-0" />
                {label}
                {keys ? <Kbd keys={keys} className="ml-auto max-md:hidden" /> : null}
              </Command.Item>
            ))}
          </Command.Group>
        ) : null}
        {groupsOf(results).map(([group, members]) => (
          <Command.Group key={group} heading={group} className={GROUP}>
            {members.map((result) => (
              <Command.Item
                key={`${result.href} ${result.title}`}
                value={`${result.href} ${result.title}`}
                onSelect={() => go(result.href)}
                className={ITEM}
              >
                {result.mark ? <StatusMark status={result.mark} /> : <span className="size-3.5 shrink-0" />}
                <UntrustedText className="min-w-0 truncate">{result.title}</UntrustedText>
                {result.subtitle ? (
                  <UntrustedText className="ml-auto max-w-[45%] shrink-0 truncate pl-4 text-ink-2 text-xs">
                    {result.subtitle}
                  </UntrustedText>
                ) : null}
              </Command.Item>
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
}

const GROUP =
  "[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-ink-2 [&_[cmdk-group-heading]]:text-xs";
const ITEM =
  "flex min-h-9 max-md:min-h-11 cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-1 data-[selected=true]:bg-fill-strong";

/** Whose name has a word that begins so: "policy" finds Policies. A plural is no other word. */
function pagesLike(pages: readonly FindPage[], query: string): readonly FindPage[] {
  const wanted = query
    .trim()
    .toLowerCase()
    .replace(/(ies|y|s)$/, "");
  if (wanted.length < 2) return [];
  return pages.filter(({ label }) =>
    label
      .toLowerCase()
      .split(" ")
      .some((word) => word.startsWith(wanted)),
  );
}

function Message({ answer, hasPages }: { answer: Answer; hasPages: boolean }) {
  const words =
    answer.state === "idle"
      ? "Type a SHA, a ticket like PAY-412, a version, a branch, or the name of a person, client, component, policy or page."
      : answer.state === "failed"
        ? "The search did not answer. Type again to retry."
        : answer.state === "found" && answer.results.length === 0 && !hasPages
          ? `Nothing is called “${answer.query}”.`
          : null;
  return words ? (
    <p role="status" className="px-2.5 py-6 text-center text-ink-2">
      {words}
    </p>
  ) : null;
}

function groupsOf(results: readonly FindResult[]): [string, FindResult[]][] {
  const groups = new Map<string, FindResult[]>();
  for (const result of results) groups.set(result.group, [...(groups.get(result.group) ?? []), result]);
  return [...groups];
}
