import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getQueryClient, Hydrated, orNotFound, trpc } from "@/app/_trpc/server";
import { ClientView } from "@/components/clients/client-view";
import { CatalogKey } from "@/domain/catalog/keys";
import { requirePage } from "@/server/auth/require";

type Props = PageProps<"/clients/[key]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { data } = CatalogKey.safeParse((await params).key);
  return { title: data ?? "Client" };
}

export default async function ClientPage({ params }: Props) {
  await requirePage("catalog.read");
  const { data: key } = CatalogKey.safeParse((await params).key);
  if (!key) notFound();
  await orNotFound(getQueryClient().fetchQuery(trpc.clients.get.queryOptions({ key })));
  return (
    <Hydrated>
      <ClientView clientKey={key} />
    </Hydrated>
  );
}
