import { RotateCcw, Trash2 } from "lucide-react";
import { memo } from "react";
import { runStanding } from "@/components/pipelines/run-status";
import { standingOf } from "@/components/promotions/promotion-status";
import { newPullRequestHref } from "@/components/repositories/repository-search";
import { AppLink } from "@/components/ui/app-link";
import { Button, IconButton } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { CopyButton } from "@/components/ui/copy-button";
import { NotKnown } from "@/components/ui/duration";
import { StatusMark } from "@/components/ui/status-mark";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { BRANCH_KIND_NAMES, MERGED_MEANS, namingViolation, STALE_MEANS } from "@/domain/branches/in-words";
import { whyNotMerged } from "@/domain/pull-requests/rules";
import { AheadBehind } from "./ahead-behind";
import type { Branch } from "./branch";
import { BranchName } from "./branch-name";

type BranchRowProps = {
  branch: Branch;
  /** Its place in the whole list. */
  index: number;
  measure: (row: HTMLTableRowElement | null) => void;
  isSelected: boolean;
  onSelect: (branch: Branch) => void;
  onDelete: (branch: Branch) => void;
  onRestore: (branch: Branch) => void;
};

const CELL = "border-b px-1.5 font-normal group-last:border-b-0";

/** Drawn again only when its own branch or selection changes: scrolling moves rows, it does not make them anew. */
export const BranchRow = memo(function BranchRow(props: BranchRowProps) {
  const { branch, index, measure, isSelected, onSelect, onDelete, onRestore } = props;
  return (
    <tr
      ref={measure}
      tabIndex={-1}
      data-index={index}
      data-row-link
      data-branch-id={branch.id}
      aria-rowindex={index + 2}
      className={classNames(
        "group h-13 scroll-my-24 text-left -outline-offset-2 max-md:h-15",
        isSelected && "bg-accent-tint",
      )}
    >
      <td className={classNames(CELL, "pl-4")}>
        {branch.deletion ? null : (
          <input
            type="checkbox"
            aria-label={`Select ${branch.name} in ${branch.repositoryKey}`}
            checked={isSelected}
            onChange={() => onSelect(branch)}
            className="block size-4 rounded-sm accent-accent"
          />
        )}
      </td>
      <th scope="row" className={CELL}>
        <Name branch={branch} />
      </th>
      <td className={classNames(CELL, "max-md:hidden")}>
        <AheadBehind {...branch} />
      </td>
      <td className={classNames(CELL, "max-md:hidden")}>
        <PullRequest branch={branch} />
      </td>
      <td className={classNames(CELL, "max-md:hidden")}>
        <Run run={branch.run} />
      </td>
      <td className={classNames(CELL, "truncate text-ink-2 max-lg:hidden")}>
        <UntrustedText>{branch.lastPusherName ?? branch.lastCommitAuthorName}</UntrustedText>
      </td>
      <td className={classNames(CELL, "whitespace-nowrap text-right text-ink-2 max-md:pr-4")}>
        <TimeAgo terse at={branch.deletion?.at ?? branch.lastCommitAt} />
      </td>
      <td className={classNames(CELL, "pr-4 text-right max-md:hidden")}>
        <Acts branch={branch} onDelete={onDelete} onRestore={onRestore} />
      </td>
    </tr>
  );
});

function Name({ branch }: { branch: Branch }) {
  const { workItem, repositoryKey } = branch;
  return (
    <span className="block min-w-0">
      <span className="flex min-w-0 items-center gap-x-2">
        <BranchName>{branch.name}</BranchName>
        <Marks branch={branch} />
        <CopyButton
          value={branch.name}
          label="Copy name"
          className="size-5 opacity-0 focus-visible:opacity-100 group-hover:opacity-100 max-md:hidden"
        />
      </span>
      <span className="flex min-w-0 items-center gap-x-2 overflow-hidden whitespace-nowrap text-ink-2 text-xs">
        <AppLink
          href={`/repositories/${encodeURIComponent(repositoryKey)}`}
          className="hover:text-ink hover:underline"
        >
          {repositoryKey}
        </AppLink>
        {workItem ? (
          <AppLink
            href={`/work-items/${workItem.key}`}
            data-tip={workItem.title ?? "Clearway does not know this work item"}
            className="hover:text-ink hover:underline"
          >
            {workItem.key}
          </AppLink>
        ) : null}
        <span className="flex items-center gap-x-2 md:hidden">
          {branch.ahead === null ? null : (
            <span>
              −{branch.behind} +{branch.ahead}
            </span>
          )}
          {branch.pullRequest ? <PullRequest branch={branch} /> : null}
          {branch.run ? <Run run={branch.run} /> : null}
        </span>
        <UntrustedText className="truncate max-md:hidden">
          {branch.deletion ? deletedBy(branch.deletion.byName) : branch.lastCommitSubject}
        </UntrustedText>
      </span>
    </span>
  );
}

function deletedBy(name: string | null): string {
  return name ? `deleted by ${name}` : "deleted with git: its commit is not kept here";
}

function Marks({ branch }: { branch: Branch }) {
  const violation = branch.isNameValid ? null : namingViolation(branch.name);
  if (branch.deletion) return null;
  return (
    <span className="flex shrink-0 items-center gap-x-1.5 text-xs max-sm:hidden">
      {violation ? (
        <span data-tip={violation} className="flex items-center gap-1 text-wait-ink">
          <StatusMark status="unknown" label={null} className="size-3" />
          name
          <span className="sr-only">: {violation}</span>
        </span>
      ) : null}
      {branch.isStale ? <Mark tip={STALE_MEANS}>stale</Mark> : null}
      {branch.isMerged ? <Mark tip={MERGED_MEANS}>merged</Mark> : null}
      {branch.isProtected ? (
        <Mark tip={`${BRANCH_KIND_NAMES[branch.kind]} branches move by promotions only`}>protected</Mark>
      ) : null}
    </span>
  );
}

function Mark({ tip, children }: { tip: string; children: string }) {
  return (
    <span data-tip={tip} className="rounded-sm bg-fill px-1 text-ink-2">
      {children}
    </span>
  );
}

function Run({ run }: { run: Branch["run"] }) {
  if (!run) return <NotKnown label="nothing ran" />;
  const standing = runStanding(run.state);
  return (
    <AppLink
      href={`/pipelines/${run.number}`}
      className="inline-flex items-center gap-1.5 whitespace-nowrap text-ink-2 hover:underline"
    >
      <StatusMark status={standing.status} label={standing.words} />#{run.number}
    </AppLink>
  );
}

function PullRequest({ branch }: { branch: Branch }) {
  const { pullRequest, baseName } = branch;
  if (pullRequest) {
    const standing = pullRequest.promotionState
      ? standingOf({ kind: "merge", state: pullRequest.promotionState, isBlocked: pullRequest.isBlocked })
      : null;
    return (
      <AppLink
        href={`/pull-requests/${pullRequest.number}`}
        data-tip={pullRequest.title}
        data-opens
        className="inline-flex items-center gap-1.5 whitespace-nowrap text-accent hover:underline"
      >
        {standing ? <StatusMark status={standing.status} label={standing.words} /> : null}#
        {pullRequest.number}
      </AppLink>
    );
  }
  const canOpen =
    branch.you.canOpenPullRequest &&
    !branch.deletion &&
    baseName !== null &&
    (branch.ahead ?? 0) > 0 &&
    whyNotMerged(branch.name, baseName) === null;
  if (!canOpen) return <NotKnown label="none" />;
  return (
    <AppLink
      href={newPullRequestHref({ repository: branch.repositoryKey, source: branch.name, target: baseName })}
      data-opens
      className="whitespace-nowrap text-ink-2 underline decoration-line-strong underline-offset-2 hover:text-ink"
    >
      Open one
    </AppLink>
  );
}

type ActsProps = Pick<BranchRowProps, "branch" | "onDelete" | "onRestore">;

function Acts({ branch, onDelete, onRestore }: ActsProps) {
  if (branch.deletion) {
    return branch.you.canRestore ? (
      <Button
        size="small"
        aria-label={`Restore ${branch.name}`}
        icon={<RotateCcw aria-hidden className="size-3.5" />}
        onClick={() => onRestore(branch)}
      >
        Restore
      </Button>
    ) : null;
  }
  return (
    <IconButton
      small
      label={`Delete ${branch.name}`}
      disabledReason={branch.you.whyNotDelete}
      icon={<Trash2 aria-hidden className="size-4" />}
      className="opacity-0 focus-visible:opacity-100 group-hover:opacity-100 group-focus-within:opacity-100"
      onClick={() => onDelete(branch)}
    />
  );
}
