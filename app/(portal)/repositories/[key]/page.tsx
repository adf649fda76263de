import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getQueryClient, Hydrated, orNotFound, trpc } from "@/app/_trpc/server";
import { RepositoryView } from "@/components/repositories/repository-view";
import { RepositoryKey } from "@/domain/repositories/input";
import { requirePage } from "@/server/auth/require";

type Props = PageProps<"/repositories/[key]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { data } = RepositoryKey.safeParse((await params).key);
  return { title: data ?? "Repository" };
}

export default async function RepositoryPage({ params }: Props) {
  await requirePage("repositories.read");
  const { data: key } = RepositoryKey.safeParse((await params).key);
  if (!key) notFound();
  await orNotFound(getQueryClient().fetchQuery(trpc.repositories.get.queryOptions({ key })));
  return (
    <Hydrated>
      <RepositoryView repositoryKey={key} />
    </Hydrated>
  );
}
