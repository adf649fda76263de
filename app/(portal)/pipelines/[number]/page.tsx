import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getQueryClient, Hydrated, orNotFound, trpc } from "@/app/_trpc/server";
import { readRunSearch } from "@/components/pipelines/run-search";
import { RunView } from "@/components/pipelines/run-view";
import { numberOf } from "@/components/portal/address";
import { requirePage } from "@/server/auth/require";

type Props = PageProps<"/pipelines/[number]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Run #${(await params).number}` };
}

export default async function RunPage({ params, searchParams }: Props) {
  await requirePage("pipelines.read");
  const number = numberOf(await params, "number") ?? notFound();
  const address = readRunSearch(await searchParams);
  await orNotFound(getQueryClient().fetchQuery(trpc.pipelines.get.queryOptions({ number })));
  return (
    <Hydrated>
      <RunView number={number} address={address} />
    </Hydrated>
  );
}
