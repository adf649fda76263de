"use client";

import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { addressOf } from "@/components/portal/address";
import { useTRPC } from "@/components/trpc/client";
import type { Outputs } from "@/components/trpc/outputs";
import { tell } from "@/components/trpc/refusal";
import { Button, ButtonLink } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { EmptyState } from "@/components/ui/empty-state";
import { TextField } from "@/components/ui/input";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { SelectField } from "@/components/ui/select";
import { TextareaField } from "@/components/ui/textarea";
import { whyNotMerged } from "@/domain/pull-requests/rules";

export type NewPullRequestAddress = {
  repositoryKey: string | undefined;
  source: string | undefined;
  target: string | undefined;
};

type NewPullRequestProps = {
  address: NewPullRequestAddress;
  repositories: readonly { key: string }[];
};

export function NewPullRequest({ address, repositories }: NewPullRequestProps) {
  const router = useRouter();
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Pull requests", href: "/pull-requests" }, { label: "New" }]}
        title="Open pull request"
        summary="It asks for a merge. Checks run on the very commit that the merge would make."
      />
      <Panel className="max-w-2xl">
        {repositories.length === 0 ? (
          <EmptyState title="There is no repository to open one in" />
        ) : (
          <div className="flex flex-col gap-4">
            <SelectField
              label="Repository"
              required
              value={address.repositoryKey ?? ""}
              options={[
                ...(address.repositoryKey ? [] : [{ value: "", label: "Choose one", disabled: true }]),
                ...repositories.map(({ key }) => ({ value: key, label: key })),
              ]}
              onChange={(event) =>
                router.replace(addressOf("/pull-requests/new", { repository: event.target.value }))
              }
            />
            {address.repositoryKey ? (
              <Fields key={address.repositoryKey} address={address} repositoryKey={address.repositoryKey} />
            ) : null}
          </div>
        )}
      </Panel>
    </>
  );
}

type Branch = Outputs["branches"]["list"]["items"][number];

function Fields({ address, repositoryKey }: { address: NewPullRequestAddress; repositoryKey: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const { data: branches } = useSuspenseQuery(trpc.branches.list.queryOptions({ repositoryKey, limit: 200 }));
  const [source, setSource] = useState(address.source ?? "");
  const [target, setTarget] = useState(address.target ?? baseOf(branches.items, address.source) ?? "");
  const [title, setTitle] = useState(titleOf(branches.items, address.source));
  const [description, setDescription] = useState("");
  const [isTried, setIsTried] = useState(false);
  const open = useMutation(
    trpc.pullRequests.open.mutationOptions({
      meta: {
        invalidates: [trpc.pullRequests.pathKey(), trpc.branches.pathKey(), trpc.promotions.pathKey()],
        tellsItself: ["INVALID", "CONFLICT", "FORBIDDEN", "NOTHING_TO_MERGE", "ENVIRONMENT_CLOSED"],
      },
      onSuccess: ({ number }) => router.push(`/pull-requests/${number}`),
    }),
  );
  const told = open.error ? tell(open.error) : null;
  const refusal = source && target ? whyNotMerged(source, target) : null;
  const missing = (value: string, words: string) => (isTried && value.trim() === "" ? words : null);
  const chosen = branches.items.find(({ name }) => name === source);
  const send = () => {
    setIsTried(true);
    if (!source || !target || title.trim() === "" || refusal) return;
    open.mutate({ repositoryKey, sourceBranch: source, targetBranch: target, title, description });
  };
  if (branches.items.length === 0) {
    return <EmptyState title="This repository has no branches yet">Push one first.</EmptyState>;
  }
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label="From"
          required
          value={source}
          error={missing(source, "Choose the branch that has the change.")}
          hint={chosen ? aheadInWords(chosen) : undefined}
          options={optionsOf(branches.items.filter(isPossibleSource))}
          onChange={(event) => {
            const next = event.target.value;
            setSource(next);
            setTarget(baseOf(branches.items, next) ?? target);
            if (title === "" || title === titleOf(branches.items, source)) {
              setTitle(titleOf(branches.items, next));
            }
          }}
        />
        <SelectField
          label="Into"
          required
          value={target}
          error={refusal ?? missing(target, "Choose the branch that it goes into.")}
          options={optionsOf(branches.items.filter(({ isProtected }) => isProtected))}
          onChange={(event) => setTarget(event.target.value)}
        />
      </div>
      <TextField
        label="Title"
        required
        maxLength={200}
        value={title}
        error={told?.fields.title?.[0] ?? missing(title, "Say in a few words what it changes.")}
        onChange={(event) => setTitle(event.target.value)}
      />
      <TextareaField
        label="Description"
        rows={5}
        maxLength={10_000}
        value={description}
        error={told?.fields.description?.[0]}
        onChange={(event) => setDescription(event.target.value)}
      />
      {told ? (
        <Callout tone="error" title="It was not opened">
          {told.sentence}
        </Callout>
      ) : null}
      <div className="flex justify-end gap-2">
        <ButtonLink href={`/repositories/${encodeURIComponent(repositoryKey)}`}>
          Back to the repository
        </ButtonLink>
        <Button type="submit" variant="primary" pending={open.isPending || open.isSuccess}>
          Open pull request
        </Button>
      </div>
    </form>
  );
}

/** Anything that some target takes. */
function isPossibleSource(branch: Branch): boolean {
  return branch.kind !== "environment";
}

function optionsOf(branches: readonly Branch[]) {
  return [
    { value: "", label: "Choose a branch", disabled: true },
    ...branches.map(({ name }) => ({ value: name, label: name })),
  ];
}

function baseOf(branches: readonly Branch[], source: string | undefined): string | null {
  return branches.find(({ name }) => name === source)?.baseName ?? null;
}

/** What the work item is called, else what the last commit says. */
function titleOf(branches: readonly Branch[], source: string | undefined): string {
  const branch = branches.find(({ name }) => name === source);
  if (!branch) return "";
  if (branch.workItem?.title) return `${branch.workItem.key} ${branch.workItem.title}`.slice(0, 200);
  if (branch.kind === "sprint")
    return `Sprint ${branch.name.slice("sprint/".length)} to ${branch.baseName ?? "master"}`;
  return (branch.lastCommitSubject ?? "").slice(0, 200);
}

function aheadInWords({ ahead, behind, baseName, pullRequest }: Branch): string | undefined {
  if (pullRequest) return `Pull request #${pullRequest.number} is open for it already.`;
  if (baseName === null || ahead === null) return undefined;
  const commits = ahead === 1 ? "1 commit" : `${ahead} commits`;
  return `${commits} ahead of ${baseName}${behind ? `, ${behind} behind` : ""}.`;
}
