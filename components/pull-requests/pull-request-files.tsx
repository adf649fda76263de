"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { QueryPart } from "@/components/trpc/query-part";
import { Callout } from "@/components/ui/callout";
import { DiffView } from "@/components/ui/diff-view";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterChips } from "@/components/ui/filter-chips";
import { Panel } from "@/components/ui/panel";
import { PanelSkeleton } from "@/components/ui/skeleton";
import type { PullRequest } from "./pull-request";
import { pullRequestHref } from "./pull-requests-search";
import { useMarkSeen } from "./use-mark-seen";

type PullRequestFilesProps = { pullRequest: PullRequest; since: "base" | "seen" };

/** The diff: all of it, or what is new since this person last looked. Leaving it marks it as looked at. */
export function PullRequestFiles({ pullRequest, since }: PullRequestFilesProps) {
  const { number, seen, headSha } = pullRequest;
  useMarkSeen(pullRequest.id, headSha);
  return (
    <div className="flex flex-col gap-3">
      {seen ? (
        <FilterChips
          label="Which changes"
          chips={[
            {
              label: "All changes",
              href: pullRequestHref(number, { tab: "files", since: "base" }),
              current: since === "base",
            },
            {
              label: seen.isLatest ? "Since I last looked: nothing new" : "Since I last looked",
              href: pullRequestHref(number, { tab: "files", since: "seen" }),
              current: since === "seen",
            },
          ]}
        />
      ) : null}
      <QueryPart key={since} fallback={<PanelSkeleton lines={8} />}>
        <Diff number={number} since={since} />
      </QueryPart>
    </div>
  );
}

function Diff({ number, since }: { number: number; since: "base" | "seen" }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.pullRequests.diff.queryOptions({ number, since }));
  if (data.files.length === 0) {
    return (
      <Panel>
        <EmptyState title={data.since === "seen" ? "Nothing new since you last looked" : "No file differs"} />
      </Panel>
    );
  }
  return (
    <>
      {data.isTruncated ? (
        <Callout title="Only a part is shown">
          The change is longer than a page can hold. Fetch the branch to read all of it.
        </Callout>
      ) : null}
      <DiffView files={data.files} />
    </>
  );
}
