"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { AppLink } from "@/components/ui/app-link";
import { ButtonLink } from "@/components/ui/button";
import { Command } from "@/components/ui/code-block";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { BranchesPart } from "./branches-part";
import { ReleasesPanel } from "./releases-panel";
import { newPullRequestHref } from "./repository-search";

/** A repository: how to clone it, its branches and what was built from it. */
export function RepositoryView({ repositoryKey }: { repositoryKey: string }) {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(
    trpc.repositories.get.queryOptions({ key: repositoryKey }),
  );
  const [newest] = data.releases;
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Repositories", href: "/repositories" }, { label: data.key }]}
        title={data.key}
        summary={
          <>
            {data.name === data.product.name ? data.name : `${data.name}, of ${data.product.name}`}.{" "}
            {partsInWords(data.components)}
            {newest ? ` The newest release is ${newest.version}.` : " Nothing was released yet."}
          </>
        }
        actions={
          <>
            <ButtonLink href={`/pipelines?repository=${encodeURIComponent(data.key)}`}>
              Pipeline runs
            </ButtonLink>
            {data.you.canOpenPullRequests ? (
              <ButtonLink href={newPullRequestHref({ repository: data.key })} variant="primary">
                Open pull request
              </ButtonLink>
            ) : null}
          </>
        }
      />
      <div className="flex flex-col gap-5">
        <Clone cloneUrl={data.cloneUrl} you={data.you} sprint={data.sprintBranch} />
        <BranchesPart repositoryKey={data.key} counts={data.branchCounts} />
        <ReleasesPanel repositoryKey={data.key} releases={data.releases} />
      </div>
      <Freshness asOf={new Date(dataUpdatedAt)} />
    </>
  );
}

function partsInWords(parts: readonly { key: string }[]): string {
  if (parts.length === 0) return "It has no components.";
  if (parts.length === 1) return `It builds ${parts[0]?.key}.`;
  return `It builds ${parts.length} components: ${parts.map(({ key }) => key).join(", ")}.`;
}

type Who = { name: string | null; email: string | null };

function Clone({ cloneUrl, you, sprint }: { cloneUrl: string; you: Who; sprint: string | null }) {
  return (
    <Panel title="Clone and push">
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-6 gap-y-3 lg:grid-cols-2">
        <Command label="Clone">{`git clone ${cloneUrl}`}</Command>
        {you.email ? (
          <Command label="Commit under the address that Clearway knows">{`git config user.email ${you.email}`}</Command>
        ) : null}
        {sprint ? (
          <Command label="Begin a feature of the newest sprint">
            {`git switch -c feature/${sprint.replace("sprint/", "")}/KEY-1-short-name origin/${sprint}`}
          </Command>
        ) : null}
        <Command label="Push the branch one is on">git push --set-upstream origin HEAD</Command>
      </div>
      <p className="mt-3 text-ink-2">
        Git asks for a user name, which may be anything, and a password: that is an{" "}
        <AppLink href="/access-tokens" className="text-accent underline underline-offset-2">
          access token
        </AppLink>
        . Four eyes are kept by the addresses in commits, so commits under an address that nobody here has
        wait at a gate. Master, sprint and hotfix branches move by pull requests only.
      </p>
    </Panel>
  );
}
