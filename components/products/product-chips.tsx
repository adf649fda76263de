"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { ChoiceFilter } from "@/components/ui/choice-filter";

type ProductChipsProps = {
  current: string | undefined;
  hrefOf: (productKey: string | undefined) => string;
};

/** The products as a filter; nothing where there is only one. */
export function ProductChips({ current, hrefOf }: ProductChipsProps) {
  const trpc = useTRPC();
  const { data: products = [], isLoadingError } = useQuery(trpc.products.list.queryOptions());
  if (isLoadingError) return <p className="text-ink-2">The products to filter by could not be loaded.</p>;
  return (
    <ChoiceFilter
      label="Product"
      every="Every product"
      choices={products}
      current={current}
      hrefOf={hrefOf}
    />
  );
}
