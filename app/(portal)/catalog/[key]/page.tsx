import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getQueryClient, Hydrated, orNotFound, trpc } from "@/app/_trpc/server";
import { readProductSearch } from "@/components/catalog/catalog-search";
import { ProductView } from "@/components/catalog/product-view";
import { CatalogKey } from "@/domain/catalog/keys";
import { requirePage } from "@/server/auth/require";

type Props = PageProps<"/catalog/[key]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { data } = CatalogKey.safeParse((await params).key);
  return { title: data ?? "Product" };
}

export default async function ProductPage({ params, searchParams }: Props) {
  await requirePage("catalog.read");
  const { data: key } = CatalogKey.safeParse((await params).key);
  if (!key) notFound();
  const { act } = readProductSearch(key, await searchParams);
  const client = getQueryClient();
  const product = await orNotFound(client.fetchQuery(trpc.products.get.queryOptions({ key })));
  if (act === "repository" && product.canEdit) {
    await client.prefetchQuery(trpc.repositories.importChoices.queryOptions());
  }
  return (
    <Hydrated>
      <ProductView productKey={key} />
    </Hydrated>
  );
}
