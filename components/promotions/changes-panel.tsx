"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { QueryPart } from "@/components/trpc/query-part";
import { AppLink } from "@/components/ui/app-link";
import { ChangeCount } from "@/components/ui/diff-view";
import { EmptyState } from "@/components/ui/empty-state";
import { Panel } from "@/components/ui/panel";
import { Sha } from "@/components/ui/sha";
import { PanelSkeleton } from "@/components/ui/skeleton";
import { StatusMark } from "@/components/ui/status-mark";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { commitsByWorkItem, type WorkItemGroup } from "./changes-by-work-item";
import { contentQuestion } from "./content-question";
import type { PromotionCard, PromotionChanges } from "./promotion";

/** What would change, by work item; the commits of each unfold. */
export function ChangesPanel({ card }: { card: PromotionCard }) {
  return (
    <QueryPart fallback={<PanelSkeleton lines={2} />}>
      <Changes card={card} />
    </QueryPart>
  );
}

function Changes({ card }: { card: PromotionCard }) {
  const trpc = useTRPC();
  const { kind } = card.promotion;
  const { data } = useSuspenseQuery(trpc.promotions.changes.queryOptions(contentQuestion(card)));
  return (
    <Panel title={data.isBack ? "What is taken back" : "What changes"} note={<Total changes={data} />} flush>
      <Items changes={data} isMerge={kind === "merge"} />
    </Panel>
  );
}

function Total({ changes }: { changes: PromotionChanges }) {
  const { commits, files, isTruncated } = changes;
  const added = files.reduce((sum, file) => sum + (file.added ?? 0), 0);
  const removed = files.reduce((sum, file) => sum + (file.removed ?? 0), 0);
  return (
    <span className="flex flex-wrap gap-x-2">
      <span>
        {isTruncated ? "more than " : ""}
        {plural(commits.length, "commit")} · {plural(files.length, "file")}
      </span>
      <ChangeCount added={added} removed={removed} />
    </span>
  );
}

function Items({ changes, isMerge }: { changes: PromotionChanges; isMerge: boolean }) {
  const groups = commitsByWorkItem(changes);
  if (groups.length === 0) {
    return (
      <EmptyState title="No commit of its own">
        {isMerge
          ? "The target has every commit of the source already."
          : "What runs there now was built from the same commit, or nothing ran there before."}
      </EmptyState>
    );
  }
  return (
    <ul>
      {groups.map((group) => (
        <li key={group.key ?? ""} className="border-b last:border-b-0">
          <Item group={group} startsOpen={groups.length === 1} />
        </li>
      ))}
    </ul>
  );
}

function Item({
  group,
  startsOpen,
}: {
  group: WorkItemGroup<PromotionChanges["commits"][number]>;
  startsOpen: boolean;
}) {
  const { key, title, commits } = group;
  return (
    <div className="relative">
      {/* Beside the summary, not in it: a link inside a button cannot be told apart by a screen reader. */}
      {key === null ? null : (
        <AppLink
          href={`/work-items/${key}`}
          className="absolute top-2 left-10 z-10 font-medium text-accent hover:underline"
        >
          {key}
        </AppLink>
      )}
      <details className="group/item" open={startsOpen}>
        <summary className="flex min-h-9 list-none items-center gap-2.5 px-4 py-1.5 hover:bg-fill focus-visible:-outline-offset-2 [&::-webkit-details-marker]:hidden">
          <Chevron />
          {key === null ? (
            <StatusMark status="unknown" label={null} />
          ) : (
            <span className="invisible shrink-0 font-medium">{key}</span>
          )}
          <span className="min-w-0 flex-1 truncate">
            {title === null ? "No work item" : <UntrustedText>{title}</UntrustedText>}
          </span>
          <span className="whitespace-nowrap text-ink-2 text-xs">{plural(commits.length, "commit")}</span>
          <ChangeCount
            added={group.added}
            removed={group.removed}
            className="min-w-20 text-right max-sm:hidden"
          />
        </summary>
        <ul className="pb-2">
          {commits.map((commit) => (
            <li
              key={commit.sha}
              className="flex items-baseline gap-2.5 py-0.5 pr-4 pl-10 print:flex-wrap print:gap-y-0"
            >
              <Sha value={commit.sha} />
              <span className="min-w-0 flex-1 truncate">
                <UntrustedText>{commit.subject}</UntrustedText>
              </span>
              <span className="max-w-48 shrink-0 truncate text-ink-2 max-sm:hidden">
                <UntrustedText>{commit.authorName}</UntrustedText>
                {commit.isAuthorKnown ? null : (
                  <span data-tip="Belongs to nobody Clearway knows"> · unknown</span>
                )}
                {commit.coAuthors.length > 0 ? ` +${commit.coAuthors.length}` : null}
              </span>
              <TimeAgo
                terse
                at={commit.authoredAt}
                className="w-14 shrink-0 text-right text-ink-2 text-xs print:w-auto"
              />
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}

function Chevron() {
  return (
    <svg
      viewBox="0 0 16 16"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      className="size-3.5 shrink-0 text-ink-2 transition-transform duration-100 group-open/item:rotate-90"
    >
      <path d="m6 3.5 4.5 4.5L6 12.5" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
