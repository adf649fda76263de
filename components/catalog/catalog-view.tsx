"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { Download, Plus } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { FilterField } from "@/components/portal/filter-field";
import { ProductChips } from "@/components/products/product-chips";
import { useTRPC } from "@/components/trpc/client";
import { AppLink } from "@/components/ui/app-link";
import { ButtonLink, buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterChips } from "@/components/ui/filter-chips";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { AddProduct } from "./add-product";
import type { Catalog, Product } from "./catalog";
import { catalogHref, catalogInput, productHref, readCatalogSearch } from "./catalog-search";
import { type ComponentLine, ComponentTable } from "./component-table";
import { queryOf } from "./export-link";

/** Products, what they are built from, and where it runs. */
export function CatalogView() {
  const trpc = useTRPC();
  const router = useRouter();
  const address = readCatalogSearch(Object.fromEntries(useSearchParams()));
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.products.catalog.queryOptions(catalogInput(address)));
  const { productKey, scope, search } = address;
  const isNarrowed = Boolean(productKey || scope || search);
  const isEmpty = data.products.length === 0;
  const add = data.canAddProducts ? (
    <ButtonLink
      href={catalogHref({ ...address, add: "product" })}
      variant="primary"
      icon={<Plus aria-hidden className="size-4" />}
    >
      Add product
    </ButtonLink>
  ) : null;
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Catalog" }]}
        title="Catalog"
        summary={summaryOf(data)}
        actions={
          isEmpty && !isNarrowed ? undefined : (
            <>
              <a
                href={`/api/catalog${queryOf(catalogInput(address))}`}
                download
                className={buttonClass({ variant: "secondary" })}
              >
                <Download aria-hidden className="size-4" />
                Download CSV
              </a>
              {add}
            </>
          )
        }
      >
        {isEmpty && !isNarrowed ? null : (
          <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
            <div className="flex flex-wrap gap-x-6 gap-y-2">
              <ProductChips
                current={productKey}
                hrefOf={(key) => catalogHref({ productKey: key, scope, search })}
              />
              <FilterChips
                label="Installed"
                chips={[
                  { label: "Any", href: catalogHref({ productKey, search }), current: !scope },
                  {
                    label: "Once for all",
                    href: catalogHref({ productKey, search, scope: "common" }),
                    current: scope === "common",
                  },
                  {
                    label: "Per client",
                    href: catalogHref({ productKey, search, scope: "client" }),
                    current: scope === "client",
                  },
                ]}
              />
            </div>
            <FilterField
              label="Find a repository or component"
              placeholder="Find a repository or component"
              value={search}
              hrefOf={(value) => catalogHref({ productKey, scope, search: value })}
            />
          </div>
        )}
      </PageHeader>
      {isEmpty ? (
        <Panel>
          {isNarrowed ? (
            <EmptyState
              title="Nothing like this here"
              action={<ButtonLink href="/catalog">Show everything</ButtonLink>}
            >
              No repository or component fits these filters.
            </EmptyState>
          ) : (
            <EmptyState title="No products yet" action={add}>
              {data.canAddProducts
                ? "Begin with a product, such as Payments. Its first repository, component and client follow, each with what it needs."
                : "An administrator adds products with their repositories, components and clients."}
            </EmptyState>
          )}
        </Panel>
      ) : (
        <div className="flex flex-col gap-5">
          {data.products.map((product) => (
            <ProductPanel key={product.id} product={product} />
          ))}
        </div>
      )}
      <Freshness asOf={new Date(dataUpdatedAt)} />
      {address.add === "product" && data.canAddProducts ? (
        <AddProduct
          onClose={() => router.push(catalogHref({ productKey, scope, search }), { scroll: false })}
        />
      ) : null}
    </>
  );
}

function ProductPanel({ product }: { product: Product }) {
  const lines = product.repositories.flatMap((repository): ComponentLine[] =>
    repository.components.length > 0
      ? repository.components.map((component) => ({ repository, component }))
      : [{ repository, component: null }],
  );
  return (
    <Panel
      flush={lines.length > 0}
      title={
        <AppLink href={productHref({ key: product.key })} className="hover:underline">
          {product.name}
        </AppLink>
      }
      note={product.key}
      actions={
        product.canEdit ? (
          <ButtonLink
            href={productHref({ key: product.key, act: "repository" })}
            size="small"
            variant="ghost"
          >
            Add repository
          </ButtonLink>
        ) : null
      }
    >
      {lines.length > 0 ? (
        <ComponentTable product={product} lines={lines} />
      ) : (
        <EmptyState
          title="No repositories yet"
          action={
            product.canEdit ? (
              <ButtonLink href={productHref({ key: product.key, act: "repository" })}>
                Add its first repository
              </ButtonLink>
            ) : null
          }
        >
          A repository holds the sources; components are built from it.
        </EmptyState>
      )}
    </Panel>
  );
}

function summaryOf({ products }: Catalog): string {
  if (products.length === 0)
    return "Products, the repositories they are built from and where their components run.";
  const repositories = products.flatMap((product) => product.repositories);
  const components = repositories.flatMap((repository) => repository.components);
  const waiting = repositories.filter(({ state }) => state !== "ready").length;
  const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
  return `${count(products.length, "product")}, ${count(repositories.length, "repository", "repositories")}, ${count(components.length, "component")}.${
    waiting > 0 ? ` ${count(waiting, "repository is", "repositories are")} not ready yet.` : ""
  }`;
}
