import type { Metadata } from "next";
import { getQueryClient, Hydrated, trpc } from "@/app/_trpc/server";
import { peopleInput, readPeopleSearch } from "@/components/people/people-search";
import { PeopleView } from "@/components/people/people-view";
import { can } from "@/domain/permissions";
import { requirePage } from "@/server/auth/require";

export const metadata: Metadata = { title: "People" };

export default async function PeoplePage({ searchParams }: PageProps<"/people">) {
  const actor = await requirePage("people.read");
  const mayManage = can(actor, "people.manage", { productId: null });
  const given = readPeopleSearch(await searchParams);
  const address = mayManage ? given : { ...given, tab: "people" as const };
  const client = getQueryClient();
  await Promise.all([
    client.prefetchQuery(trpc.people.scopes.queryOptions()),
    mayManage ? client.prefetchQuery(trpc.people.waiting.queryOptions()) : null,
    address.tab === "people"
      ? client.prefetchQuery(trpc.people.list.queryOptions(peopleInput(address)))
      : null,
    address.tab === "requests" ? client.prefetchQuery(trpc.people.requests.queryOptions()) : null,
    address.tab === "groups" ? client.prefetchQuery(trpc.people.groups.queryOptions()) : null,
  ]);
  return (
    <Hydrated>
      <PeopleView address={address} mayManage={mayManage} />
    </Hydrated>
  );
}
