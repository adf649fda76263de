"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { FilterChips } from "@/components/ui/filter-chips";

type ProductChipsProps = {
  current: string | undefined;
  hrefOf: (productKey: string | undefined) => string;
};

/** The products as a filter; nothing where there is only one. */
export function ProductChips({ current, hrefOf }: ProductChipsProps) {
  const trpc = useTRPC();
  const { data: products = [], isLoadingError } = useQuery(trpc.products.list.queryOptions());
  if (isLoadingError) return <p className="text-ink-2">The products to filter by could not be loaded.</p>;
  if (products.length < 2) return null;
  return (
    <FilterChips
      label="Product"
      chips={[
        { label: "Every product", href: hrefOf(undefined), current: current === undefined },
        ...products.map(({ key, name }) => ({ label: name, href: hrefOf(key), current: key === current })),
      ]}
    />
  );
}
