import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getQueryClient, Hydrated, orNotFound, prefetch, trpc } from "@/app/_trpc/server";
import { readCardTab } from "@/components/promotions/card-search";
import { contentQuestion } from "@/components/promotions/content-question";
import { PromotionView } from "@/components/promotions/promotion-view";
import { requirePage } from "@/server/auth/require";

type Props = PageProps<"/promotions/[number]">;

function readNumber(text: string): number {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : notFound();
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Promotion #${(await params).number}` };
}

export default async function PromotionPage({ params, searchParams }: Props) {
  await requirePage("promotions.read");
  const number = readNumber((await params).number);
  const tab = readCardTab((await searchParams).tab);
  const card = await orNotFound(getQueryClient().fetchQuery(trpc.promotions.get.queryOptions({ number })));
  const content = contentQuestion(card);
  if (tab === "changes") prefetch(trpc.promotions.changes.queryOptions(content));
  if (tab === "files" && card.you.canReadFiles) prefetch(trpc.promotions.diff.queryOptions(content));
  return (
    <Hydrated>
      <PromotionView number={number} tab={tab} />
    </Hydrated>
  );
}
