import { AppLink } from "@/components/ui/app-link";
import { type Column, DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Panel } from "@/components/ui/panel";
import { Sha } from "@/components/ui/sha";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import type { PullRequest } from "./pull-request";

type Commit = PullRequest["commits"][number];

export function PullRequestCommits({ pullRequest }: { pullRequest: PullRequest }) {
  return (
    <Panel flush={pullRequest.commits.length > 0}>
      {pullRequest.commits.length > 0 ? (
        <DataTable label="Commits" columns={COLUMNS} rows={pullRequest.commits} rowKey={({ sha }) => sha} />
      ) : (
        <EmptyState title="No commits">The target has every commit of the source.</EmptyState>
      )}
      {pullRequest.hasMoreCommits ? (
        <p className="border-t px-4 py-2 text-ink-2">
          Only the newest {pullRequest.commits.length} are shown.
        </p>
      ) : null}
    </Panel>
  );
}

const COLUMNS: readonly Column<Commit>[] = [
  { key: "sha", header: "Commit", cell: (commit) => <Sha value={commit.sha} /> },
  {
    key: "subject",
    header: "Subject",
    width: "100%",
    heading: true,
    cell: (commit) => (
      <>
        <UntrustedText className="break-words">{commit.subject}</UntrustedText>
        {commit.workItemKeys.map((key) => (
          <AppLink
            key={key}
            href={`/work-items/${key}`}
            className="ml-2 whitespace-nowrap text-ink-2 text-xs hover:text-ink hover:underline"
          >
            {key}
          </AppLink>
        ))}
      </>
    ),
  },
  {
    key: "author",
    header: "Author",
    from: "sm",
    cell: (commit) => (
      <span className="whitespace-nowrap text-ink-2">
        <UntrustedText>{commit.authorName}</UntrustedText>
        {commit.coAuthors.length > 0 ? (
          <span data-tip={commit.coAuthors.map(({ name }) => name).join(", ")}>
            {" "}
            + {commit.coAuthors.length}
          </span>
        ) : null}
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
