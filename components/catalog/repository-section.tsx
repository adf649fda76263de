"use client";

import { Ellipsis } from "lucide-react";
import { useRouter } from "next/navigation";
import { AppLink } from "@/components/ui/app-link";
import { ButtonLink } from "@/components/ui/button";
import { Command } from "@/components/ui/code-block";
import { type Column, DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Menu } from "@/components/ui/menu";
import { Panel } from "@/components/ui/panel";
import type { Component, ProductDetails, Repository } from "./catalog";
import { productHref } from "./catalog-search";
import { Ended } from "./component-table";
import { ImportProgress, LeftOut } from "./import-progress";

type RepositorySectionProps = { product: ProductDetails; repository: Repository };

/** One repository of a product: how it stands, how to clone it and what is built from it. */
export function RepositorySection({ product, repository }: RepositorySectionProps) {
  const router = useRouter();
  const go = (act: Parameters<typeof productHref>[0]["act"], on: string) =>
    router.push(productHref({ key: product.key, act, on }), { scroll: false });
  const isReady = repository.state === "ready";
  return (
    <Panel
      title={
        isReady && product.canReadRepositories ? (
          <AppLink href={`/repositories/${encodeURIComponent(repository.key)}`} className="hover:underline">
            {repository.key}
          </AppLink>
        ) : (
          repository.key
        )
      }
      note={repository.name === repository.key ? "repository" : `repository ${repository.name}`}
      actions={
        product.canEdit ? (
          <>
            {isReady ? (
              <ButtonLink
                size="small"
                variant="ghost"
                href={productHref({ key: product.key, act: "component", on: repository.key })}
              >
                Add component
              </ButtonLink>
            ) : null}
            <Menu
              button={{
                size: "iconSmall",
                variant: "ghost",
                "aria-label": `More for ${repository.key}`,
                icon: <Ellipsis aria-hidden className="size-4" />,
              }}
              items={[{ label: "Rename…", onSelect: () => go("rename-repository", repository.key) }]}
            />
          </>
        ) : null
      }
      flush={isReady}
    >
      {isReady ? (
        <>
          {repository.components.length > 0 ? (
            <DataTable
              label={`Components of ${repository.key}`}
              columns={columnsFor(product, go)}
              rows={repository.components}
              rowKey={({ id }) => id}
            />
          ) : (
            <EmptyState
              title="No component yet"
              action={
                product.canEdit ? (
                  <ButtonLink href={productHref({ key: product.key, act: "component", on: repository.key })}>
                    Add its first component
                  </ButtonLink>
                ) : null
              }
            >
              A component is what the pipeline builds and the environments run.
            </EmptyState>
          )}
          {product.canReadRepositories ? <Begin repository={repository} canPush={product.canPush} /> : null}
        </>
      ) : (
        <ImportProgress repository={repository} onRemove={() => go("remove-repository", repository.key)} />
      )}
    </Panel>
  );
}

/** How work begins. The starter's own release is the first; what people push leads to the next. */
function Begin({ repository, canPush }: { repository: Repository; canPush: boolean }) {
  const sprint = repository.sprintBranch;
  if (repository.releaseCount > 1) return <Foot repository={repository} />;
  return (
    <div className="border-t p-4">
      <h3 className="mb-2 font-medium">What happens next</h3>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-6 gap-y-3 lg:grid-cols-2">
        <Command label="Clone">{`git clone ${repository.cloneUrl} && cd ${repository.key}`}</Command>
        {sprint ? (
          <Command label="Begin a feature of the sprint">
            {`git switch -c feature/${sprint.replace("sprint/", "")}/KEY-1-short-name origin/${sprint}`}
          </Command>
        ) : null}
        {repository.branchCount === 0 ? (
          <Command label="Bring what one has">git push --all origin</Command>
        ) : (
          <Command label="Push the branch one is on">git push --set-upstream origin HEAD</Command>
        )}
      </div>
      <p className="mt-3 text-ink-2">
        Git asks for a password: that is an{" "}
        {canPush ? (
          <AppLink href="/access-tokens" className="text-accent underline underline-offset-2">
            access token
          </AppLink>
        ) : (
          "access token of somebody who may push here"
        )}
        . Then open a pull request into the sprint branch
        {repository.newestRun ? (
          <>
            ; the newest run is{" "}
            <AppLink
              href={`/pipelines/${repository.newestRun.number}`}
              className="text-accent underline underline-offset-2"
            >
              #{repository.newestRun.number}
            </AppLink>
          </>
        ) : null}
        .
      </p>
      <LeftOut repository={repository} />
    </div>
  );
}

function Foot({ repository }: { repository: Repository }) {
  if ((repository.import?.leftOut.length ?? 0) === 0) return null;
  return (
    <div className="border-t px-4 pb-3">
      <LeftOut repository={repository} />
    </div>
  );
}

function columnsFor(
  product: ProductDetails,
  go: (act: "rename-component" | "retire-component", on: string) => void,
): readonly Column<Component>[] {
  return [
    {
      key: "component",
      header: "Component",
      heading: true,
      width: "100%",
      cell: (component) => (
        <>
          <span className={component.retiredAt ? "text-ink-2" : "font-medium"}>{component.key}</span>
          <span className="ml-3 text-ink-2 max-sm:hidden">{component.name}</span>
          {component.retiredAt ? <Ended>retired</Ended> : null}
        </>
      ),
    },
    {
      key: "installed",
      header: "Installed",
      from: "sm",
      cell: ({ scope, clientCount }) => (
        <span className="whitespace-nowrap text-ink-2">
          {scope === "common" ? (
            "once for all clients"
          ) : (
            <>
              per client, for{" "}
              <AppLink href="/clients" className="text-accent hover:underline">
                {clientCount} {clientCount === 1 ? "client" : "clients"}
              </AppLink>
            </>
          )}
        </span>
      ),
    },
    {
      key: "live",
      header: "Live in",
      numeric: true,
      cell: ({ liveCount, slotCount, retiredAt }) =>
        slotCount > 0 ? (
          <AppLink
            href={`/environments?product=${encodeURIComponent(product.key)}`}
            className="text-accent hover:underline"
          >
            {liveCount} of {slotCount}
          </AppLink>
        ) : retiredAt ? null : (
          <span className="text-ink-2">no slot yet</span>
        ),
    },
    ...(product.canEdit
      ? [
          {
            key: "more",
            header: <span className="sr-only">More</span>,
            cell: (component: Component) =>
              component.retiredAt ? null : (
                <Menu
                  button={{
                    size: "iconSmall",
                    variant: "ghost",
                    "aria-label": `More for ${component.key}`,
                    icon: <Ellipsis aria-hidden className="size-4" />,
                  }}
                  items={[
                    { label: "Rename…", onSelect: () => go("rename-component", component.key) },
                    { label: "Retire…", danger: true, onSelect: () => go("retire-component", component.key) },
                  ]}
                />
              ),
          },
        ]
      : []),
  ];
}
