"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { useTRPC } from "@/components/trpc/client";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { productHref, readProductSearch } from "./catalog-search";
import { NextSteps } from "./next-steps";
import { ProductActs } from "./product-acts";
import { RepositorySection } from "./repository-section";

/** A product: what is still missing until its first delivery, and each of its repositories. */
export function ProductView({ productKey }: { productKey: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const address = readProductSearch(productKey, Object.fromEntries(useSearchParams()));
  const { data: product, dataUpdatedAt } = useSuspenseQuery(
    trpc.products.get.queryOptions({ key: productKey }),
  );
  const components = product.repositories
    .flatMap((repository) => repository.components)
    .filter(({ retiredAt }) => !retiredAt);
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Catalog", href: "/catalog" }, { label: product.name }]}
        title={product.name}
        summary={
          <>
            <span className="font-mono text-xs">{product.key}</span>, {components.length}{" "}
            {components.length === 1 ? "component" : "components"} from {product.repositories.length}{" "}
            {product.repositories.length === 1 ? "repository" : "repositories"}
          </>
        }
        actions={
          <>
            <ButtonLink href={`/environments?product=${encodeURIComponent(product.key)}`}>
              What runs where
            </ButtonLink>
            {product.canEdit ? (
              <>
                <ButtonLink href={productHref({ key: productKey, act: "rename" })}>Rename…</ButtonLink>
                <ButtonLink
                  variant="primary"
                  href={productHref({ key: productKey, act: "repository" })}
                  icon={<Plus aria-hidden className="size-4" />}
                >
                  Add repository
                </ButtonLink>
              </>
            ) : null}
          </>
        }
      />
      <div className="flex flex-col gap-5">
        <NextSteps product={product} />
        {product.repositories.map((repository) => (
          <RepositorySection key={repository.id} product={product} repository={repository} />
        ))}
        {product.repositories.length === 0 ? (
          <Panel>
            <EmptyState title="No repositories yet">
              {product.canEdit
                ? "Create one with a starter that builds at once, or bring one in from an https address."
                : "An administrator adds its repositories."}
            </EmptyState>
          </Panel>
        ) : null}
      </div>
      <Freshness asOf={new Date(dataUpdatedAt)} />
      <ProductActs
        key={`${address.act}:${address.on}`}
        product={product}
        address={address}
        onClose={() => router.push(productHref({ key: productKey }), { scroll: false })}
      />
    </>
  );
}
