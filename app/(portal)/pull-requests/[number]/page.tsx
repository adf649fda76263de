import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getQueryClient, Hydrated, orNotFound, trpc } from "@/app/_trpc/server";
import { numberOf } from "@/components/portal/address";
import { PullRequestView } from "@/components/pull-requests/pull-request-view";
import { readPullRequestSearch } from "@/components/pull-requests/pull-requests-search";
import { requirePage } from "@/server/auth/require";

type Props = PageProps<"/pull-requests/[number]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Pull request #${(await params).number}` };
}

export default async function PullRequestPage({ params, searchParams }: Props) {
  await requirePage("pullRequests.read");
  const number = numberOf(await params, "number") ?? notFound();
  const address = readPullRequestSearch(await searchParams);
  const client = getQueryClient();
  await orNotFound(client.fetchQuery(trpc.pullRequests.get.queryOptions({ number })));
  if (address.tab === "files") {
    await client.prefetchQuery(trpc.pullRequests.diff.queryOptions({ number, since: address.since }));
  }
  return (
    <Hydrated>
      <PullRequestView number={number} address={address} />
    </Hydrated>
  );
}
