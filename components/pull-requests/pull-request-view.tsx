"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { AppLink } from "@/components/ui/app-link";
import { ChangeCount } from "@/components/ui/diff-view";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { StatusPill } from "@/components/ui/status-pill";
import { Tabs } from "@/components/ui/tabs";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { MergePath } from "./merge-path";
import { PromotionStanding } from "./promotion-standing";
import { pullRequestStanding } from "./pull-request";
import { PullRequestActions } from "./pull-request-actions";
import { PullRequestCommits } from "./pull-request-commits";
import { PullRequestFiles } from "./pull-request-files";
import { type PullRequestAddress, pullRequestHref } from "./pull-requests-search";

type PullRequestViewProps = { number: number; address: PullRequestAddress };

/** A pull request: what it brings, and where the merge it asks for stands. */
export function PullRequestView({ number, address }: PullRequestViewProps) {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.pullRequests.get.queryOptions({ number }));
  const { status, words } = pullRequestStanding(data.state);
  return (
    <>
      <PageHeader
        breadcrumb={[
          { label: "Pull requests", href: "/pull-requests" },
          { label: `#${data.number} ${data.title}` },
        ]}
        title={
          <>
            <UntrustedText>{data.title}</UntrustedText>{" "}
            <span className="font-normal text-ink-2">#{data.number}</span>
          </>
        }
        mark={<StatusPill status={status}>{words}</StatusPill>}
        summary={
          <span className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5">
            <MergePath source={data.sourceBranch} target={data.targetBranch} />
            <span>
              in{" "}
              <AppLink
                href={`/repositories/${encodeURIComponent(data.repository.key)}`}
                className="hover:text-ink hover:underline"
              >
                {data.repository.key}
              </AppLink>
              , by <UntrustedText>{data.author.name}</UntrustedText> <TimeAgo at={data.createdAt} />
            </span>
            <ChangeCount added={data.added} removed={data.removed} />
          </span>
        }
        actions={<PullRequestActions pullRequest={data} />}
      />
      <div className="flex flex-col gap-4">
        <PromotionStanding pullRequest={data} />
        {data.description ? (
          <Panel title="Description">
            <p className="reading whitespace-pre-line">
              <UntrustedText>{data.description}</UntrustedText>
            </p>
          </Panel>
        ) : null}
        <Tabs
          label="Parts of the pull request"
          tabs={[
            {
              label: "Files",
              href: pullRequestHref(number, { ...address, tab: "files" }),
              current: address.tab === "files",
              count: data.fileCount,
            },
            {
              label: "Commits",
              href: pullRequestHref(number, { ...address, tab: "commits" }),
              current: address.tab === "commits",
              count: data.commits.length,
            },
          ]}
        />
        {address.tab === "files" ? (
          <PullRequestFiles pullRequest={data} since={address.since} />
        ) : (
          <PullRequestCommits pullRequest={data} />
        )}
      </div>
      <Freshness asOf={new Date(dataUpdatedAt)} />
    </>
  );
}
