import { AppLink } from "@/components/ui/app-link";
import { type Column, DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Panel } from "@/components/ui/panel";
import type { Settings } from "./settings";

type Catalog = Settings["catalog"];
type Component = Catalog["components"][number];

export function CatalogSettings({ catalog }: { catalog: Catalog }) {
  return (
    <div className="flex max-w-4xl flex-col gap-5">
      <Panel
        title="Components"
        note={String(catalog.components.length)}
        flush={catalog.components.length > 0}
      >
        {catalog.components.length > 0 ? (
          <DataTable
            label="Components"
            columns={COLUMNS}
            rows={catalog.components}
            rowKey={({ componentKey }) => componentKey}
          />
        ) : (
          <EmptyState title="No components yet" />
        )}
      </Panel>
      <Panel title="Clients" note={String(catalog.clients.length)}>
        {catalog.clients.length > 0 ? (
          <ul className="flex flex-wrap gap-x-6 gap-y-1">
            {catalog.clients.map(({ key, name }) => (
              <li key={key}>
                {name} <span className="text-ink-2">{key}</span>
              </li>
            ))}
          </ul>
        ) : (
          <EmptyState title="No clients yet" />
        )}
      </Panel>
    </div>
  );
}

const COLUMNS: readonly Column<Component>[] = [
  {
    key: "component",
    header: "Component",
    heading: true,
    width: "100%",
    cell: (component) => (
      <>
        {component.componentKey} <span className="ml-2 text-ink-2 max-sm:hidden">{component.component}</span>
      </>
    ),
  },
  { key: "product", header: "Product", from: "sm", cell: ({ product }) => product },
  {
    key: "scope",
    header: "Installed",
    cell: ({ scope }) => (
      <span className="whitespace-nowrap">{scope === "common" ? "once for all clients" : "per client"}</span>
    ),
  },
  {
    key: "repository",
    header: "Repository",
    cell: ({ repositoryKey }) => (
      <AppLink
        href={`/repositories/${encodeURIComponent(repositoryKey)}`}
        className="text-accent hover:underline"
      >
        {repositoryKey}
      </AppLink>
    ),
  },
];
