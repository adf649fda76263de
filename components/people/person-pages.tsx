"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { PersonView } from "./person-view";

export function PersonPage({ personId }: { personId: string }) {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.people.get.queryOptions({ personId }));
  return <PersonView person={data} asOf={new Date(dataUpdatedAt)} />;
}

export function AccountPage() {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.people.me.queryOptions());
  return <PersonView person={data} asOf={new Date(dataUpdatedAt)} isAccount />;
}
