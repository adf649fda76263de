import { AppLink } from "@/components/ui/app-link";
import { type Column, DataTable } from "@/components/ui/data-table";
import type { Component, Product, Repository } from "./catalog";
import { productHref } from "./catalog-search";
import { ImportState } from "./import-progress";

export type ComponentLine = { repository: Repository; component: Component | null };

/** One line per component; a repository without one has a line of its own. */
export function ComponentTable({ product, lines }: { product: Product; lines: readonly ComponentLine[] }) {
  return (
    <DataTable
      label={`Components of ${product.name}`}
      columns={columnsFor(product)}
      rows={lines}
      rowKey={({ repository, component }) => component?.id ?? repository.id}
    />
  );
}

function columnsFor(product: Product): readonly Column<ComponentLine>[] {
  return [
    {
      key: "component",
      header: "Component",
      heading: true,
      width: "40%",
      cell: ({ repository, component }) =>
        component ? (
          <>
            <span className={component.retiredAt ? "text-ink-2" : "font-medium"}>{component.key}</span>
            <span className="ml-3 text-ink-2 max-sm:hidden">{component.name}</span>
            {component.retiredAt ? <Ended>retired</Ended> : null}
          </>
        ) : (
          <NoComponent product={product} repository={repository} />
        ),
    },
    {
      key: "repository",
      header: "Repository",
      width: "20%",
      cell: ({ repository }) =>
        product.canReadRepositories && repository.state === "ready" ? (
          <AppLink
            href={`/repositories/${encodeURIComponent(repository.key)}`}
            className="text-accent hover:underline"
          >
            {repository.key}
          </AppLink>
        ) : (
          repository.key
        ),
    },
    {
      key: "installed",
      header: "Installed",
      width: "20%",
      from: "md",
      cell: ({ component }) =>
        component ? (
          <span className="whitespace-nowrap text-ink-2">
            {component.scope === "common"
              ? "once for all clients"
              : `per client, for ${component.clientCount} ${component.clientCount === 1 ? "client" : "clients"}`}
          </span>
        ) : null,
    },
    {
      key: "live",
      header: "Live in",
      numeric: true,
      width: "20%",
      cell: ({ component }) =>
        component && component.slotCount > 0 ? (
          <AppLink
            href={`/environments?product=${encodeURIComponent(product.key)}`}
            className="text-accent hover:underline"
          >
            {component.liveCount} of {component.slotCount} {component.slotCount === 1 ? "slot" : "slots"}
          </AppLink>
        ) : component && !component.retiredAt ? (
          <span className="text-ink-2">no slot yet</span>
        ) : null,
    },
  ];
}

function NoComponent({ product, repository }: { product: Product; repository: Repository }) {
  if (repository.state !== "ready") return <ImportState repository={repository} />;
  return (
    <span className="text-ink-2">
      no component yet{" "}
      {product.canEdit ? (
        <AppLink
          href={productHref({ key: product.key, act: "component", on: repository.key })}
          className="over-row ml-1 text-accent hover:underline"
        >
          Add one
        </AppLink>
      ) : null}
    </span>
  );
}

export function Ended({ children }: { children: string }) {
  return <span className="ml-2 rounded-full bg-fill px-2 py-0.5 text-ink-2 text-xs">{children}</span>;
}
