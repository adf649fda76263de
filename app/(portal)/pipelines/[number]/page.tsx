import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getQueryClient, Hydrated, orNotFound, trpc } from "@/app/_trpc/server";
import { readRunSearch, testsInput } from "@/components/pipelines/run-search";
import { chosenJob } from "@/components/pipelines/run-status";
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
  const client = getQueryClient();
  const run = await orNotFound(client.fetchQuery(trpc.pipelines.get.queryOptions({ number })));
  const job = chosenJob(run, address.jobKey);
  if (job && address.tab === "log") {
    await client.prefetchQuery(trpc.pipelines.log.queryOptions({ jobId: job.id, offset: 0 }));
  }
  if (address.tab === "tests") {
    await client.prefetchQuery(trpc.pipelines.tests.queryOptions(testsInput(number, address)));
  }
  return (
    <Hydrated>
      <RunView number={number} address={address} />
    </Hydrated>
  );
}
