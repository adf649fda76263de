"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { AppLink } from "@/components/ui/app-link";
import { type Column, DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { Sha } from "@/components/ui/sha";
import { StatusPill } from "@/components/ui/status-pill";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import { stepsOf, type WorkItem, whereInWords } from "./journey";
import { JourneyPicture } from "./journey-picture";
import { TYPE_NAMES, workItemStanding } from "./work-item-status";

/** Where a piece of work is, from its branch to each client's production. */
export function WorkItemView({ itemKey }: { itemKey: string }) {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.workItems.get.queryOptions({ key: itemKey }));
  const standing = workItemStanding(data.state);
  const steps = stepsOf(data);
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Work items", href: "/work-items" }, { label: `${data.key} ${data.title}` }]}
        title={
          <>
            <span className="text-ink-2">{data.key}</span> <UntrustedText>{data.title}</UntrustedText>
          </>
        }
        mark={<StatusPill status={standing.status}>{standing.words}</StatusPill>}
        summary={
          <>
            {TYPE_NAMES[data.type]} of {data.product.name}. {whereInWords(steps)}
          </>
        }
      />
      <div className="flex flex-col gap-5">
        <Panel title={`Where is ${data.key}?`}>
          <JourneyPicture steps={steps} />
        </Panel>
        <Commits commits={data.commits} />
        {data.releases.length > 0 ? <Releases releases={data.releases} /> : null}
      </div>
      <Freshness asOf={new Date(dataUpdatedAt)} />
    </>
  );
}

type Commit = WorkItem["commits"][number];

function Commits({ commits }: { commits: readonly Commit[] }) {
  return (
    <Panel title="Commits" note={String(commits.length)} flush={commits.length > 0}>
      {commits.length > 0 ? (
        <DataTable label="Commits" columns={COMMITS} rows={commits} rowKey={({ sha }) => sha} />
      ) : (
        <EmptyState title="No commits yet">
          A commit belongs here when its message or its branch has the key in it.
        </EmptyState>
      )}
    </Panel>
  );
}

const COMMITS: readonly Column<Commit>[] = [
  { key: "sha", header: "Commit", cell: (commit) => <Sha value={commit.sha} /> },
  {
    key: "subject",
    header: "Subject",
    width: "100%",
    heading: true,
    cell: (commit) => <UntrustedText className="break-words">{commit.subject}</UntrustedText>,
  },
  {
    key: "repository",
    header: "Repository",
    from: "md",
    cell: (commit) => <span className="text-ink-2">{commit.repositoryKey}</span>,
  },
  {
    key: "author",
    header: "Author",
    from: "sm",
    cell: (commit) => (
      <span className="whitespace-nowrap text-ink-2">
        <UntrustedText>{commit.authorName}</UntrustedText>
      </span>
    ),
  },
  {
    key: "age",
    header: "Age",
    numeric: true,
    cell: (commit) => <TimeAgo terse at={commit.committedAt} className="text-ink-2" />,
  },
];

function Releases({ releases }: { releases: WorkItem["releases"] }) {
  return (
    <Panel title="Releases that have it" note={String(releases.length)}>
      <ul className="flex flex-wrap gap-x-5 gap-y-1">
        {releases.map((release) => (
          <li key={release.id} className="flex items-baseline gap-2">
            <AppLink
              href={`/repositories/${encodeURIComponent(release.repositoryKey)}#releases`}
              className="text-accent hover:underline"
            >
              <Version>{release.version}</Version>
            </AppLink>
            <span className="text-ink-2 text-xs">
              {release.withdrawnAt ? "withdrawn" : release.contains === "all" ? "all of it" : "a part of it"}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
