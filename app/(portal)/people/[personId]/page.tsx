import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { getQueryClient, Hydrated, orNotFound, trpc } from "@/app/_trpc/server";
import { PersonPage } from "@/components/people/person-pages";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "Person" };

export default async function OnePersonPage({ params }: PageProps<"/people/[personId]">) {
  await requirePage("people.read");
  const { personId } = await params;
  if (!z.uuid().safeParse(personId).success) notFound();
  await orNotFound(getQueryClient().fetchQuery(trpc.people.get.queryOptions({ personId })));
  return (
    <Hydrated>
      <PersonPage personId={personId} />
    </Hydrated>
  );
}
