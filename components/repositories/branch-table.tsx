import { runStanding } from "@/components/pipelines/run-status";
import { standingOf } from "@/components/promotions/promotion-status";
import type { Outputs } from "@/components/trpc/outputs";
import { AppLink } from "@/components/ui/app-link";
import { ButtonLink } from "@/components/ui/button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { NotKnown } from "@/components/ui/duration";
import { Sha } from "@/components/ui/sha";
import { StatusMark } from "@/components/ui/status-mark";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import { BRANCH_KIND_NAMES, namingViolation } from "@/domain/branches/in-words";
import { whyNotMerged } from "@/domain/pull-requests/rules";
import { AheadBehind } from "./ahead-behind";
import { newPullRequestHref } from "./repository-search";

type Branch = Outputs["branches"]["list"]["items"][number];

type BranchTableProps = {
  repositoryKey: string;
  branches: readonly Branch[];
  canOpenPullRequests: boolean;
};

export function BranchTable({ repositoryKey, branches, canOpenPullRequests }: BranchTableProps) {
  const most = Math.max(1, ...branches.flatMap(({ ahead, behind }) => [ahead ?? 0, behind ?? 0]));
  const columns: readonly Column<Branch>[] = [
    { key: "name", header: "Branch", heading: true, cell: (branch) => <Name branch={branch} /> },
    {
      key: "kind",
      header: "Kind",
      from: "lg",
      cell: (branch) => (
        <span className="whitespace-nowrap text-ink-2">{BRANCH_KIND_NAMES[branch.kind]}</span>
      ),
    },
    {
      key: "distance",
      header: "Behind and ahead",
      from: "md",
      width: "150px",
      cell: (branch) => <AheadBehind {...branch} most={most} />,
    },
    {
      key: "run",
      header: "Checks",
      cell: (branch) => <Run run={branch.run} />,
    },
    {
      key: "commit",
      header: "Last commit",
      from: "md",
      width: "100%",
      cell: (branch) => <LastCommit branch={branch} />,
    },
    {
      key: "age",
      header: "Age",
      numeric: true,
      cell: (branch) =>
        branch.lastCommitAt ? (
          <TimeAgo terse at={branch.lastCommitAt} className="text-ink-2" />
        ) : (
          <NotKnown />
        ),
    },
    {
      key: "pull",
      header: "Pull request",
      from: "sm",
      cell: (branch) => (
        <PullRequest branch={branch} repositoryKey={repositoryKey} mayOpen={canOpenPullRequests} />
      ),
    },
  ];
  return <DataTable label="Branches" columns={columns} rows={branches} rowKey={({ id }) => id} />;
}

function Name({ branch }: { branch: Branch }) {
  const violation = branch.isNameValid ? null : namingViolation(branch.name);
  return (
    <span className="block min-w-0">
      <span className="flex flex-wrap items-baseline gap-x-2">
        <Version className="max-md:break-all md:whitespace-nowrap">{branch.name}</Version>
        {branch.workItem ? (
          <AppLink
            href={`/work-items/${branch.workItem.key}`}
            data-tip={branch.workItem.title ?? "Clearway does not know this work item"}
            className="whitespace-nowrap text-ink-2 text-xs hover:text-ink hover:underline"
          >
            {branch.workItem.key}
            {branch.workItem.title === null ? " (not known)" : ""}
          </AppLink>
        ) : null}
      </span>
      {violation ? (
        <span className="flex items-center gap-1.5 text-wait-ink text-xs">
          <StatusMark status="unknown" label={null} className="size-3" />
          {violation}
        </span>
      ) : null}
    </span>
  );
}

function Run({ run }: { run: Branch["run"] }) {
  if (!run) return <NotKnown label="nothing ran" />;
  const standing = runStanding(run.state);
  return (
    <AppLink
      href={`/pipelines/${run.number}`}
      className="inline-flex items-center gap-1.5 whitespace-nowrap hover:underline"
    >
      <StatusMark status={standing.status} label={standing.words} />
      <span className="text-ink-2">#{run.number}</span>
    </AppLink>
  );
}

function LastCommit({ branch }: { branch: Branch }) {
  return (
    <span className="flex min-w-0 items-baseline gap-x-2 contain-inline-size">
      <Sha value={branch.headSha} />
      <span className="line-clamp-1 min-w-0 break-all">
        <UntrustedText>{branch.lastCommitSubject ?? ""}</UntrustedText>
      </span>
      {branch.lastCommitAuthorName ? (
        <span className="whitespace-nowrap text-ink-2 max-xl:hidden">
          <UntrustedText>{branch.lastCommitAuthorName}</UntrustedText>
        </span>
      ) : null}
    </span>
  );
}

type PullRequestProps = { branch: Branch; repositoryKey: string; mayOpen: boolean };

function PullRequest({ branch, repositoryKey, mayOpen }: PullRequestProps) {
  const { pullRequest, baseName } = branch;
  if (pullRequest) {
    const standing = pullRequest.promotionState
      ? standingOf({ kind: "merge", state: pullRequest.promotionState, isBlocked: pullRequest.isBlocked })
      : null;
    return (
      <AppLink
        href={`/pull-requests/${pullRequest.number}`}
        data-tip={pullRequest.title}
        className="inline-flex items-center gap-1.5 whitespace-nowrap text-accent hover:underline"
      >
        {standing ? <StatusMark status={standing.status} label={standing.words} /> : null}#
        {pullRequest.number}
      </AppLink>
    );
  }
  const canOpen =
    mayOpen && baseName !== null && (branch.ahead ?? 0) > 0 && whyNotMerged(branch.name, baseName) === null;
  if (!canOpen) return null;
  return (
    <ButtonLink
      size="small"
      href={newPullRequestHref({ repository: repositoryKey, source: branch.name, target: baseName })}
    >
      Open pull request
    </ButtonLink>
  );
}
