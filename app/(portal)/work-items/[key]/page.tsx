import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getQueryClient, Hydrated, orNotFound, trpc } from "@/app/_trpc/server";
import { WorkItemView } from "@/components/work-items/work-item-view";
import { GetWorkItem } from "@/domain/work-items/input";
import { requirePage } from "@/server/auth/require";

type Props = PageProps<"/work-items/[key]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { data } = GetWorkItem.safeParse(await params);
  return { title: data?.key ?? "Work item" };
}

export default async function WorkItemPage({ params }: Props) {
  await requirePage("workItems.read");
  const { data: input } = GetWorkItem.safeParse(await params);
  if (!input) notFound();
  await orNotFound(getQueryClient().fetchQuery(trpc.workItems.get.queryOptions(input)));
  return (
    <Hydrated>
      <WorkItemView itemKey={input.key} />
    </Hydrated>
  );
}
