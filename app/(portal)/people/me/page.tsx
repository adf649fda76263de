import type { Metadata } from "next";
import { getQueryClient, Hydrated, trpc } from "@/app/_trpc/server";
import { AccountPage } from "@/components/people/person-pages";
import { requireActor } from "@/server/auth/require";

export const metadata: Metadata = { title: "Your account" };

export default async function OwnAccountPage() {
  await requireActor();
  await getQueryClient().fetchQuery(trpc.people.me.queryOptions());
  return (
    <Hydrated>
      <AccountPage />
    </Hydrated>
  );
}
